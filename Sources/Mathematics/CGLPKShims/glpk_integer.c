#define _GNU_SOURCE

#include "glpk_session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Rows collected from a separation callback, before any of them is given to GLPK.
struct glpk_rows {
    int count, row_room;
    int entries, entry_room;
    double *lowers, *uppers;
    int *starts, *columns;
    double *values;
};

int glpk_rows_append(
    glpk_rows *rows, double lower, double upper, int count, const int *columns, const double *values
) {
    if (rows->count + 1 >= rows->row_room) {
        int room = 2 * rows->row_room + 16;
        double *lowers = realloc(rows->lowers, (size_t)room * sizeof *lowers);
        if (lowers != NULL) rows->lowers = lowers;
        double *uppers = realloc(rows->uppers, (size_t)room * sizeof *uppers);
        if (uppers != NULL) rows->uppers = uppers;
        int *starts = realloc(rows->starts, (size_t)room * sizeof *starts);
        if (starts != NULL) rows->starts = starts;
        if (lowers == NULL || uppers == NULL || starts == NULL) return GLPK_SHIM_MEMORY;
        rows->row_room = room;
    }
    if (rows->entries + count > rows->entry_room) {
        int room = 2 * (rows->entries + count) + 64;
        int *grown = realloc(rows->columns, (size_t)room * sizeof *grown);
        if (grown != NULL) rows->columns = grown;
        double *numbers = realloc(rows->values, (size_t)room * sizeof *numbers);
        if (numbers != NULL) rows->values = numbers;
        if (grown == NULL || numbers == NULL) return GLPK_SHIM_MEMORY;
        rows->entry_room = room;
    }
    if (rows->count == 0) rows->starts[0] = 0;
    rows->lowers[rows->count] = lower;
    rows->uppers[rows->count] = upper;
    if (count > 0) {
        memcpy(rows->columns + rows->entries, columns, (size_t)count * sizeof *columns);
        memcpy(rows->values + rows->entries, values, (size_t)count * sizeof *values);
    }
    rows->entries += count;
    rows->starts[++rows->count] = rows->entries;
    return GLPK_SHIM_OK;
}

// What the callback of one search knows.
typedef struct {
    glpk_session *session;
    const glpk_integer_options *options;
    glpk_integer_outcome *outcome;
    glpk_rows rows;
    double *point;
} search;

// Adds the collected rows that the point violates; a row that it satisfies would be added for ever.
static void add_violated_rows(search *search, glp_tree *tree) {
    glpk_session *session = search->session;
    glpk_rows *rows = &search->rows;
    glp_prob *problem = glp_ios_get_prob(tree);
    for (int i = 0; i < rows->count; i++) {
        int start = rows->starts[i], length = rows->starts[i + 1] - start;
        double activity = 0;
        for (int k = start; k < start + length; k++) activity += rows->values[k] * search->point[rows->columns[k]];
        // Ten times the tolerances within which GLPK takes a row of a relaxation for satisfied.
        double lower = rows->lowers[i], upper = rows->uppers[i];
        int below = isfinite(lower) && activity < lower - 1e-6 - 1e-9 * fabs(lower);
        int above = isfinite(upper) && activity > upper + 1e-6 + 1e-9 * fabs(upper);
        if (!below && !above) continue;
        if (glpk_session_make_room(session, length) != GLPK_SHIM_OK) {
            glp_ios_terminate(tree);
            return;
        }
        int row = glp_add_rows(problem, 1);
        glpk_apply_row_bounds(problem, row, lower, upper);
        glpk_session_stage(session, length, rows->columns + start, rows->values + start);
        glp_set_mat_row(problem, row, length, session->indices, session->numbers);
        search->outcome->lazy_rows++;
    }
}

static void separate(search *search, glp_tree *tree) {
    glp_prob *problem = glp_ios_get_prob(tree);
    int columns = glp_get_num_cols(problem);
    for (int j = 0; j < columns; j++) search->point[j] = glp_get_col_prim(problem, j + 1);
    search->rows.count = search->rows.entries = 0;
    search->options->separate(search->options->separate_context, search->point, &search->rows);
    add_violated_rows(search, tree);
}

static void watch(glp_tree *tree, void *info) {
    search *search = info;
    glpk_integer_outcome *outcome = search->outcome;
    int total;
    glp_ios_tree_size(tree, NULL, NULL, &total);
    outcome->nodes = total;
    int best = glp_ios_best_node(tree);
    if (best != 0) {
        double bound = glp_ios_node_bound(tree, best);
        outcome->has_bound = fabs(bound) < 1e300;
        outcome->bound = bound;
    }
    outcome->iterations = glp_get_it_cnt(glp_ios_get_prob(tree));
    // glp_time asks whether to stop; a search of many tiny nodes must notice as well.
    (void)glp_time();
    if (search->session->stopped) glp_ios_terminate(tree);
    if (total > search->options->node_limit) {
        outcome->node_limit_reached = 1;
        glp_ios_terminate(tree);
    }
    if (outcome->iterations > search->options->iteration_limit) {
        outcome->iteration_limit_reached = 1;
        glp_ios_terminate(tree);
    }
    if (glp_ios_reason(tree) == GLP_IROWGEN && search->options->separate != NULL) separate(search, tree);
}

static void free_search(search *search) {
    free(search->point);
    free(search->rows.lowers);
    free(search->rows.uppers);
    free(search->rows.starts);
    free(search->rows.columns);
    free(search->rows.values);
}

static int run(glpk_session *session, search *search) {
    const glpk_integer_options *options = search->options;
    glpk_integer_outcome *outcome = search->outcome;
    GLPK_CONTAINED(session, {
        glp_iocp parameters;
        glp_init_iocp(&parameters);
        parameters.msg_lev = GLP_MSG_OFF;
        parameters.presolve = options->presolve && options->separate == NULL ? GLP_ON : GLP_OFF;
        parameters.tol_int = options->integrality_tolerance;
        parameters.mip_gap = options->relative_gap;
        parameters.tm_lim = options->time_limit;
        parameters.cb_func = watch;
        parameters.cb_info = search;
        if (options->cuts) {
            parameters.gmi_cuts = parameters.mir_cuts = parameters.cov_cuts = parameters.clq_cuts = GLP_ON;
        }
        // The rounding heuristic looks at the rows that are there from the start only, not at separated ones.
        if (options->separate != NULL) parameters.sr_heur = GLP_OFF;
        session->stopped = 0;
        session->time_after_stop = 0;
        outcome->code = glp_intopt(session->problem, &parameters);
        outcome->status = glp_mip_status(session->problem);
    });
    return GLPK_SHIM_OK;
}

int glpk_session_integer(
    glpk_session *session, const glpk_integer_options *options, glpk_integer_outcome *outcome
) {
    memset(outcome, 0, sizeof *outcome);
    search search = {.session = session, .options = options, .outcome = outcome};
    search.point = calloc((size_t)glpk_session_column_count(session) + 1, sizeof *search.point);
    if (search.point == NULL) return GLPK_SHIM_MEMORY;
    int result = run(session, &search);
    free_search(&search);
    return result;
}

int glpk_session_read_integer_point(glpk_session *session, double *columns) {
    GLPK_CONTAINED(session, {
        int count = glp_get_num_cols(session->problem);
        for (int j = 0; j < count; j++) columns[j] = glp_mip_col_val(session->problem, j + 1);
    });
    return GLPK_SHIM_OK;
}

// Writes a solution in GLPK's own format; 0 where all of it was written.
static int write_integer_point(glpk_session *session, FILE *file, const double *columns, int optimal) {
    glp_prob *problem = session->problem;
    int row_count = glp_get_num_rows(problem);
    int column_count = glp_get_num_cols(problem);
    double objective = glp_get_obj_coef(problem, 0);
    for (int j = 0; j < column_count; j++) objective += glp_get_obj_coef(problem, j + 1) * columns[j];
    fprintf(file, "s mip %d %d %c %.17g\n", row_count, column_count, optimal ? 'o' : 'f', objective);
    for (int i = 1; i <= row_count; i++) {
        double sum = 0;
        int length = glp_get_mat_row(problem, i, session->indices, session->numbers);
        for (int k = 1; k <= length; k++) sum += session->numbers[k] * columns[session->indices[k] - 1];
        fprintf(file, "i %d %.17g\n", i, sum);
    }
    for (int j = 0; j < column_count; j++) fprintf(file, "j %d %.17g\n", j + 1, columns[j]);
    fprintf(file, "e o f\n");
    return ferror(file);
}

int glpk_session_store_integer_point(glpk_session *session, const double *columns, int optimal) {
    if (glpk_session_make_room(session, glpk_session_column_count(session)) != GLPK_SHIM_OK) return GLPK_SHIM_MEMORY;
    // GLPK takes solutions from files only; this one is in memory.
    int descriptor = memfd_create("point", MFD_CLOEXEC);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w+");
    if (file == NULL) {
        if (descriptor >= 0) close(descriptor);
        return GLPK_SHIM_MEMORY;
    }
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    int failed = write_integer_point(session, file, columns, optimal) != 0 || fflush(file) != 0;
    int entry = failed ? GLPK_SHIM_MEMORY : glpk_session_enter(session);
    if (entry == GLPK_SHIM_OK) {
        if (setjmp(session->escape) != 0) {
            entry = glpk_session_fail(session);
        } else {
            if (glp_read_mip(session->problem, path) != 0) entry = GLPK_SHIM_FAILED;
            glpk_session_leave(session);
        }
    }
    fclose(file);
    return entry;
}
