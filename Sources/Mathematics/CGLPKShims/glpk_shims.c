#include "glpk_shims.h"
