#include "glpk_session.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

int glpk_session_make_room(glpk_session *session, int count) {
    if (count < session->room) return GLPK_SHIM_OK;
    size_t room = (size_t)count + 64;
    int *indices = realloc(session->indices, room * sizeof *indices);
    if (indices != NULL) session->indices = indices;
    double *numbers = realloc(session->numbers, room * sizeof *numbers);
    if (numbers != NULL) session->numbers = numbers;
    if (indices == NULL || numbers == NULL) return GLPK_SHIM_MEMORY;
    session->room = (int)room;
    return GLPK_SHIM_OK;
}

int glpk_largest_vector(int count, const int *starts) {
    int largest = 0;
    for (int k = 0; k < count; k++) {
        if (starts[k + 1] - starts[k] > largest) largest = starts[k + 1] - starts[k];
    }
    return largest;
}

void glpk_session_stage(glpk_session *session, int count, const int *indices, const double *values) {
    for (int k = 0; k < count; k++) {
        session->indices[k + 1] = indices[k] + 1;
        session->numbers[k + 1] = values[k];
    }
}

static int bound_type(double lower, double upper) {
    if (lower == -INFINITY) return upper == INFINITY ? GLP_FR : GLP_UP;
    if (upper == INFINITY) return GLP_LO;
    return lower == upper ? GLP_FX : GLP_DB;
}

void glpk_apply_row_bounds(glp_prob *problem, int row, double lower, double upper) {
    glp_set_row_bnds(problem, row, bound_type(lower, upper), lower, upper);
}

void glpk_apply_column_bounds(glp_prob *problem, int column, double lower, double upper) {
    glp_set_col_bnds(problem, column, bound_type(lower, upper), lower, upper);
}

int glpk_session_set_objective(glpk_session *session, int maximize, double constant) {
    GLPK_CONTAINED(session, {
        glp_set_obj_dir(session->problem, maximize ? GLP_MAX : GLP_MIN);
        glp_set_obj_coef(session->problem, 0, constant);
    });
    return GLPK_SHIM_OK;
}

int glpk_session_add_columns(
    glpk_session *session, int count, const double *costs, const double *lowers, const double *uppers,
    const unsigned char *integer, const int *starts, const int *rows, const double *values
) {
    if (count == 0) return GLPK_SHIM_OK;
    if (glpk_session_make_room(session, glpk_largest_vector(count, starts)) != GLPK_SHIM_OK) return GLPK_SHIM_MEMORY;
    GLPK_CONTAINED(session, {
        glp_prob *problem = session->problem;
        int first = glp_add_cols(problem, count);
        for (int k = 0; k < count; k++) {
            glp_set_obj_coef(problem, first + k, costs[k]);
            glpk_apply_column_bounds(problem, first + k, lowers[k], uppers[k]);
            if (integer[k]) glp_set_col_kind(problem, first + k, GLP_IV);
            int length = starts[k + 1] - starts[k];
            if (length == 0) continue;
            glpk_session_stage(session, length, rows + starts[k], values + starts[k]);
            glp_set_mat_col(problem, first + k, length, session->indices, session->numbers);
        }
    });
    return GLPK_SHIM_OK;
}

int glpk_session_add_rows(
    glpk_session *session, int count, const double *lowers, const double *uppers, const int *starts,
    const int *columns, const double *values
) {
    if (count == 0) return GLPK_SHIM_OK;
    if (glpk_session_make_room(session, glpk_largest_vector(count, starts)) != GLPK_SHIM_OK) return GLPK_SHIM_MEMORY;
    GLPK_CONTAINED(session, {
        glp_prob *problem = session->problem;
        int first = glp_add_rows(problem, count);
        for (int k = 0; k < count; k++) {
            glpk_apply_row_bounds(problem, first + k, lowers[k], uppers[k]);
            int length = starts[k + 1] - starts[k];
            glpk_session_stage(session, length, columns + starts[k], values + starts[k]);
            glp_set_mat_row(problem, first + k, length, session->indices, session->numbers);
        }
    });
    return GLPK_SHIM_OK;
}

int glpk_session_delete_rows(glpk_session *session, int count, const int *rows) {
    if (count == 0) return GLPK_SHIM_OK;
    if (glpk_session_make_room(session, count) != GLPK_SHIM_OK) return GLPK_SHIM_MEMORY;
    GLPK_CONTAINED(session, {
        for (int k = 0; k < count; k++) session->indices[k + 1] = rows[k] + 1;
        glp_del_rows(session->problem, count, session->indices);
    });
    return GLPK_SHIM_OK;
}

int glpk_session_set_row_bounds(glpk_session *session, int row, double lower, double upper) {
    GLPK_CONTAINED(session, { glpk_apply_row_bounds(session->problem, row + 1, lower, upper); });
    return GLPK_SHIM_OK;
}

int glpk_session_set_column_bounds(glpk_session *session, int column, double lower, double upper) {
    GLPK_CONTAINED(session, { glpk_apply_column_bounds(session->problem, column + 1, lower, upper); });
    return GLPK_SHIM_OK;
}

int glpk_session_set_cost(glpk_session *session, int column, double cost) {
    GLPK_CONTAINED(session, { glp_set_obj_coef(session->problem, column + 1, cost); });
    return GLPK_SHIM_OK;
}

int glpk_session_scale(glpk_session *session) {
    GLPK_CONTAINED(session, { glp_scale_prob(session->problem, GLP_SF_AUTO); });
    return GLPK_SHIM_OK;
}

int glpk_session_row_count(const glpk_session *session) {
    return session->lost || session->problem == NULL ? 0 : glp_get_num_rows(session->problem);
}

int glpk_session_column_count(const glpk_session *session) {
    return session->lost || session->problem == NULL ? 0 : glp_get_num_cols(session->problem);
}

int glpk_session_integer_count(const glpk_session *session) {
    return session->lost || session->problem == NULL ? 0 : glp_get_num_int(session->problem);
}

int glpk_session_is_maximization(const glpk_session *session) {
    return !session->lost && session->problem != NULL && glp_get_obj_dir(session->problem) == GLP_MAX;
}

static double finite_or(double bound) {
    return bound == -DBL_MAX ? -INFINITY : bound == DBL_MAX ? INFINITY : bound;
}

int glpk_session_read_columns(
    glpk_session *session, double *costs, double *lowers, double *uppers, unsigned char *integer, double *constant
) {
    GLPK_CONTAINED(session, {
        glp_prob *problem = session->problem;
        int count = glp_get_num_cols(problem);
        *constant = glp_get_obj_coef(problem, 0);
        for (int j = 0; j < count; j++) {
            costs[j] = glp_get_obj_coef(problem, j + 1);
            lowers[j] = finite_or(glp_get_col_lb(problem, j + 1));
            uppers[j] = finite_or(glp_get_col_ub(problem, j + 1));
            integer[j] = glp_get_col_kind(problem, j + 1) != GLP_CV;
        }
    });
    return GLPK_SHIM_OK;
}

int glpk_session_entry_count(const glpk_session *session) {
    return session->lost || session->problem == NULL ? 0 : glp_get_num_nz(session->problem);
}

int glpk_session_read_rows(
    glpk_session *session, double *lowers, double *uppers, int *starts, int *columns, double *values
) {
    if (glpk_session_make_room(session, glpk_session_column_count(session)) != GLPK_SHIM_OK) return GLPK_SHIM_MEMORY;
    GLPK_CONTAINED(session, {
        glp_prob *problem = session->problem;
        int count = glp_get_num_rows(problem);
        int entry = 0;
        for (int i = 0; i < count; i++) {
            lowers[i] = finite_or(glp_get_row_lb(problem, i + 1));
            uppers[i] = finite_or(glp_get_row_ub(problem, i + 1));
            starts[i] = entry;
            int length = glp_get_mat_row(problem, i + 1, session->indices, session->numbers);
            for (int k = 1; k <= length; k++, entry++) {
                columns[entry] = session->indices[k] - 1;
                values[entry] = session->numbers[k];
            }
        }
        starts[count] = entry;
    });
    return GLPK_SHIM_OK;
}
