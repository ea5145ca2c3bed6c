#include "glpk_session.h"

#include <math.h>

static const int status_to_glpk[] = {GLP_BS, GLP_NL, GLP_NU, GLP_NF, GLP_NS};

static unsigned char status_from_glpk(int status) {
    switch (status) {
    case GLP_BS: return GLPK_SHIM_BASIC;
    case GLP_NL: return GLPK_SHIM_AT_LOWER;
    case GLP_NU: return GLPK_SHIM_AT_UPPER;
    case GLP_NF: return GLPK_SHIM_FREE;
    default: return GLPK_SHIM_FIXED;
    }
}

int glpk_session_set_basis(glpk_session *session, const unsigned char *rows, const unsigned char *columns) {
    GLPK_CONTAINED(session, {
        glp_prob *problem = session->problem;
        int row_count = glp_get_num_rows(problem);
        int column_count = glp_get_num_cols(problem);
        for (int i = 0; i < row_count; i++) glp_set_row_stat(problem, i + 1, status_to_glpk[rows[i] % 5]);
        for (int j = 0; j < column_count; j++) glp_set_col_stat(problem, j + 1, status_to_glpk[columns[j] % 5]);
    });
    return GLPK_SHIM_OK;
}

int glpk_session_get_basis(glpk_session *session, unsigned char *rows, unsigned char *columns) {
    GLPK_CONTAINED(session, {
        glp_prob *problem = session->problem;
        int row_count = glp_get_num_rows(problem);
        int column_count = glp_get_num_cols(problem);
        for (int i = 0; i < row_count; i++) rows[i] = status_from_glpk(glp_get_row_stat(problem, i + 1));
        for (int j = 0; j < column_count; j++) columns[j] = status_from_glpk(glp_get_col_stat(problem, j + 1));
    });
    return GLPK_SHIM_OK;
}

int glpk_session_reset_basis(glpk_session *session, int advanced) {
    GLPK_CONTAINED(session, {
        if (advanced) {
            glp_adv_basis(session->problem, 0);
        } else {
            glp_std_basis(session->problem);
        }
    });
    return GLPK_SHIM_OK;
}

int glpk_session_simplex(
    glpk_session *session, const glpk_simplex_options *options, glpk_simplex_outcome *outcome
) {
    GLPK_CONTAINED(session, {
        glp_prob *problem = session->problem;
        glp_smcp parameters;
        glp_init_smcp(&parameters);
        parameters.msg_lev = GLP_MSG_OFF;
        parameters.meth = options->method == GLPK_SHIM_DUAL ? GLP_DUALP : GLP_PRIMAL;
        parameters.tol_bnd = options->primal_tolerance;
        parameters.tol_dj = options->dual_tolerance;
        parameters.it_lim = options->iteration_limit;
        parameters.tm_lim = options->time_limit;
        parameters.presolve = options->presolve ? GLP_ON : GLP_OFF;
        if (isfinite(options->cutoff)) {
            if (glp_get_obj_dir(problem) == GLP_MIN) {
                parameters.obj_ul = options->cutoff;
            } else {
                parameters.obj_ll = options->cutoff;
            }
        }
        session->stopped = 0;
        session->time_after_stop = 0;
        outcome->code = options->method == GLPK_SHIM_EXACT ? glp_exact(problem, &parameters)
                                                           : glp_simplex(problem, &parameters);
        outcome->status = glp_get_status(problem);
        outcome->primal_status = glp_get_prim_stat(problem);
        outcome->dual_status = glp_get_dual_stat(problem);
        outcome->objective = glp_get_obj_val(problem);
        outcome->iterations = glp_get_it_cnt(problem);
    });
    return GLPK_SHIM_OK;
}

int glpk_session_is_primal_feasible(const glpk_session *session) {
    return !session->lost && session->problem != NULL && glp_get_prim_stat(session->problem) == GLP_FEAS;
}

int glpk_session_read_point(glpk_session *session, double *columns) {
    GLPK_CONTAINED(session, {
        int count = glp_get_num_cols(session->problem);
        for (int j = 0; j < count; j++) columns[j] = glp_get_col_prim(session->problem, j + 1);
    });
    return GLPK_SHIM_OK;
}

int glpk_session_read_duals(glpk_session *session, double *rows, double *reduced_costs) {
    GLPK_CONTAINED(session, {
        int row_count = glp_get_num_rows(session->problem);
        int column_count = glp_get_num_cols(session->problem);
        if (rows != NULL) {
            for (int i = 0; i < row_count; i++) rows[i] = glp_get_row_dual(session->problem, i + 1);
        }
        if (reduced_costs != NULL) {
            for (int j = 0; j < column_count; j++) reduced_costs[j] = glp_get_col_dual(session->problem, j + 1);
        }
    });
    return GLPK_SHIM_OK;
}
