#ifndef GLPK_SHIMS_H
#define GLPK_SHIMS_H
#endif
