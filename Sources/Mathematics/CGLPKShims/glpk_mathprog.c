#define _GNU_SOURCE

#include "glpk_session.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

// The statements of a MathProg call; the first that fails ends it with GLPK's own words in the recent output.
static int translate(glpk_session *session, const char *model, const char *data) {
    // A data section of the model is left out when a data file is given.
    if (glp_mpl_read_model(session->translator, model, data != NULL) != 0) return GLPK_SHIM_MODEL;
    if (data != NULL && glp_mpl_read_data(session->translator, data) != 0) return GLPK_SHIM_MODEL;
    // A file of its own tells what the model prints from what GLPK tells of its progress.
    char path[40];
    if (session->display_file < 0) session->display_file = memfd_create("display", MFD_CLOEXEC);
    if (session->display_file < 0) return GLPK_SHIM_MEMORY;
    snprintf(path, sizeof path, "/proc/self/fd/%d", session->display_file);
    if (glp_mpl_generate(session->translator, path) != 0) return GLPK_SHIM_MODEL;
    glp_mpl_build_prob(session->translator, session->problem);
    return GLPK_SHIM_OK;
}

int glpk_session_read_model(glpk_session *session, const char *model, const char *data) {
    int result = GLPK_SHIM_OK;
    GLPK_CONTAINED(session, {
        session->translator = glp_mpl_alloc_wksp();
        // The seed of Uniform() and its like: the same model gives the same problem.
        glp_mpl_init_rand(session->translator, 1);
        result = translate(session, model, data);
    });
    return result;
}

int glpk_session_postsolve(glpk_session *session, int integer) {
    int result = GLPK_SHIM_OK;
    GLPK_CONTAINED(session, {
        int code = glp_mpl_postsolve(session->translator, session->problem, integer ? GLP_MIP : GLP_SOL);
        if (code != 0) result = GLPK_SHIM_MODEL;
    });
    return result;
}

int glpk_session_end_model(glpk_session *session) {
    GLPK_CONTAINED(session, {
        if (session->translator != NULL) glp_mpl_free_wksp(session->translator);
        session->translator = NULL;
    });
    if (session->display_file < 0) return GLPK_SHIM_OK;
    char part[4097];
    off_t place = 0;
    ssize_t count;
    while ((count = pread(session->display_file, part, sizeof part - 1, place)) > 0) {
        place += count;
        // The text ends at the first zero, which no model prints.
        part[count] = 0;
        if (glpk_text_append(&session->display, part) != GLPK_SHIM_OK) return GLPK_SHIM_MEMORY;
    }
    return GLPK_SHIM_OK;
}

const char *glpk_session_display(const glpk_session *session) {
    return session->display.bytes == NULL ? "" : session->display.bytes;
}

int glpk_session_row_name(glpk_session *session, int row, const char **name) {
    GLPK_CONTAINED(session, { *name = glp_get_row_name(session->problem, row + 1); });
    if (*name == NULL) *name = "";
    return GLPK_SHIM_OK;
}

int glpk_session_column_name(glpk_session *session, int column, const char **name) {
    GLPK_CONTAINED(session, { *name = glp_get_col_name(session->problem, column + 1); });
    if (*name == NULL) *name = "";
    return GLPK_SHIM_OK;
}

int glpk_session_round_integer_bounds(glpk_session *session) {
    GLPK_CONTAINED(session, {
        int count = glp_get_num_cols(session->problem);
        for (int j = 1; j <= count; j++) {
            if (glp_get_col_kind(session->problem, j) == GLP_CV) continue;
            double lower = glp_get_col_lb(session->problem, j);
            double upper = glp_get_col_ub(session->problem, j);
            glpk_apply_column_bounds(
                session->problem, j, lower == -DBL_MAX ? -INFINITY : ceil(lower),
                upper == DBL_MAX ? INFINITY : floor(upper));
        }
    });
    return GLPK_SHIM_OK;
}
