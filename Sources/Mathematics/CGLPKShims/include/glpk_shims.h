// What the rest of the house sees of GLPK: sessions, in which every call to the library is contained.
//
// GLPK ends the process when it is misused, when an internal check fails and when memory runs out. A session turns each
// of these into a status and a message. The error hook leaves the failed call by longjmp; it crosses frames of GLPK and of
// this file only, because no function of GLPK is called from anywhere else and callbacks have returned before this file
// acts on their answers.
//
// Rules.
// - A session belongs to the thread that opened it; used on another it answers GLPK_SHIM_WRONG_THREAD and touches nothing.
// - After a failure a session is lost: all it still does is to be closed. Other sessions of the thread live on.
// - The library's memory on a thread is returned when the thread's last session is closed.
// - Rows and columns are numbered from 0 here, from 1 in GLPK.
// - Counts fit an int; the caller sees to that.

#ifndef GLPK_SHIMS_H
#define GLPK_SHIMS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// How a call ended.
enum {
    GLPK_SHIM_OK = 0,
    // GLPK refused the call or failed an internal check; the message is GLPK's.
    GLPK_SHIM_FAILED = 1,
    // Memory ran out, or the session's memory limit was reached.
    GLPK_SHIM_MEMORY = 2,
    // The session belongs to another thread.
    GLPK_SHIM_WRONG_THREAD = 3,
    // The session was lost to an earlier failure.
    GLPK_SHIM_LOST = 4,
    // The session is inside another call, whose callback made this one.
    GLPK_SHIM_BUSY = 5,
    // A MathProg model or its data could not be translated; the output says where.
    GLPK_SHIM_MODEL = 6,
};

// Statuses of a row or column in a basis, in the order of Swift's `BasisStatus`.
enum {
    GLPK_SHIM_BASIC = 0,
    GLPK_SHIM_AT_LOWER = 1,
    GLPK_SHIM_AT_UPPER = 2,
    GLPK_SHIM_FREE = 3,
    GLPK_SHIM_FIXED = 4,
};

typedef struct glpk_session glpk_session;

// Asked many times a second while GLPK works: not zero stops it.
typedef int (*glpk_should_stop)(void *context);

// Rows that a separation callback hands over; see glpk_rows_append.
typedef struct glpk_rows glpk_rows;

// Looks at the values of the columns and appends rows that they violate.
typedef void (*glpk_separate)(void *context, const double *values, glpk_rows *rows);

// Appends one row; `columns` are numbered from 0. Returns GLPK_SHIM_OK or GLPK_SHIM_MEMORY.
int glpk_rows_append(
    glpk_rows *rows, double lower, double upper, int count, const int *columns, const double *values);

// Opens a session with an empty problem; NULL when memory is out. `memory_limit` is in MiB, 0 for none, and counts what
// GLPK holds on this thread.
glpk_session *glpk_session_open(int memory_limit);
// Closes a session. On a wrong thread it does nothing but say so.
int glpk_session_close(glpk_session *session);
// The message of the last call that failed; never NULL.
const char *glpk_session_message(const glpk_session *session);
// What GLPK printed since the session was opened or the output cleared; never NULL.
const char *glpk_session_output(const glpk_session *session);
void glpk_session_clear_output(glpk_session *session);
// Whether to keep what GLPK prints (0 at first). GLPK never writes to the terminal.
void glpk_session_keep_output(glpk_session *session, int keep);
// What to ask whether to stop; NULL for nothing.
void glpk_session_set_stop(glpk_session *session, glpk_should_stop ask, void *context);
// Whether the last solve was stopped by the answer to that question.
int glpk_session_was_stopped(const glpk_session *session);
// Whether this file's clock stands in for GLPK's; if not, only GLPK's own time limit stops a simplex run.
int glpk_session_clock_is_ours(void);

// Building. `starts` has one entry a row or column and one more; infinite bounds are infinities.
int glpk_session_set_objective(glpk_session *session, int maximize, double constant);
int glpk_session_add_columns(
    glpk_session *session, int count, const double *costs, const double *lowers, const double *uppers,
    const unsigned char *integer, const int *starts, const int *rows, const double *values);
int glpk_session_add_rows(
    glpk_session *session, int count, const double *lowers, const double *uppers, const int *starts,
    const int *columns, const double *values);
int glpk_session_delete_rows(glpk_session *session, int count, const int *rows);
int glpk_session_set_row_bounds(glpk_session *session, int row, double lower, double upper);
int glpk_session_set_column_bounds(glpk_session *session, int column, double lower, double upper);
int glpk_session_set_cost(glpk_session *session, int column, double cost);
int glpk_session_scale(glpk_session *session);

// The basis, as bytes of the enumeration above. Setting one that is no basis is found by the next solve (GLP_EBADB).
int glpk_session_set_basis(glpk_session *session, const unsigned char *rows, const unsigned char *columns);
int glpk_session_get_basis(glpk_session *session, unsigned char *rows, unsigned char *columns);
// Makes a basis anew: of slacks only, or a triangular one that prefers columns.
int glpk_session_reset_basis(glpk_session *session, int advanced);

// Which simplex method.
enum { GLPK_SHIM_PRIMAL = 0, GLPK_SHIM_DUAL = 1, GLPK_SHIM_EXACT = 2 };

typedef struct {
    int method;
    double primal_tolerance;
    double dual_tolerance;
    int iteration_limit;
    int time_limit;
    // An objective beyond this ends the dual simplex; infinite for none.
    double cutoff;
    // Whether to presolve (and then scale) first: starts without the basis there is, and leaves one only at an optimum.
    int presolve;
} glpk_simplex_options;

typedef struct {
    // GLPK's return code: 0 or GLP_E...
    int code;
    // GLP_OPT, GLP_FEAS, GLP_INFEAS, GLP_NOFEAS, GLP_UNBND, GLP_UNDEF.
    int status;
    int primal_status;
    int dual_status;
    double objective;
    // Simplex iterations of this problem so far.
    int iterations;
} glpk_simplex_outcome;

int glpk_session_simplex(
    glpk_session *session, const glpk_simplex_options *options, glpk_simplex_outcome *outcome);
// Whether the last simplex run left a feasible point.
int glpk_session_is_primal_feasible(const glpk_session *session);
int glpk_session_read_point(glpk_session *session, double *columns);
int glpk_session_read_duals(glpk_session *session, double *rows, double *reduced_costs);

typedef struct {
    int presolve;
    int cuts;
    double integrality_tolerance;
    double relative_gap;
    int iteration_limit;
    int time_limit;
    int node_limit;
    // Called at every node's relaxation that is solved, with integers or fractions; NULL for none. Excludes presolve.
    glpk_separate separate;
    void *separate_context;
} glpk_integer_options;

typedef struct {
    int code;
    // GLP_OPT, GLP_FEAS, GLP_NOFEAS, GLP_UNDEF.
    int status;
    // The best bound that was seen, when `has_bound`.
    double bound;
    int has_bound;
    int nodes;
    int iterations;
    int lazy_rows;
    int node_limit_reached;
    int iteration_limit_reached;
} glpk_integer_outcome;

// Branch and cut. Without presolve a basis that is optimal for the relaxation must be there.
int glpk_session_integer(
    glpk_session *session, const glpk_integer_options *options, glpk_integer_outcome *outcome);
int glpk_session_read_integer_point(glpk_session *session, double *columns);
// Makes these the values of the best integer point, found elsewhere.
int glpk_session_store_integer_point(glpk_session *session, const double *columns, int optimal);

// Reading the problem back. Infinite bounds are infinities; a row's coefficients are at starts[row] ..< starts[row + 1].
int glpk_session_read_columns(
    glpk_session *session, double *costs, double *lowers, double *uppers, unsigned char *integer, double *constant);
int glpk_session_entry_count(const glpk_session *session);
int glpk_session_read_rows(
    glpk_session *session, double *lowers, double *uppers, int *starts, int *columns, double *values);

// MathProg. `data` may be NULL. Afterwards the session holds the problem that the model generates.
int glpk_session_read_model(glpk_session *session, const char *model, const char *data);
// Runs the statements after `solve`, with the values of the last simplex (0) or integer (1) solve.
int glpk_session_postsolve(glpk_session *session, int integer);
// Lets the model go; what its statements printed is then in glpk_session_display.
int glpk_session_end_model(glpk_session *session);
// What the model's `display` and `printf` statements printed, before and after `solve`; never NULL.
const char *glpk_session_display(const glpk_session *session);
int glpk_session_row_count(const glpk_session *session);
int glpk_session_column_count(const glpk_session *session);
int glpk_session_integer_count(const glpk_session *session);
int glpk_session_is_maximization(const glpk_session *session);
// Names as GLPK writes them, such as `x[a,b]`; empty where there is none. Valid until the session is closed.
int glpk_session_row_name(glpk_session *session, int row, const char **name);
int glpk_session_column_name(glpk_session *session, int column, const char **name);
// Rounds the bounds of integer columns inwards, as branch and cut refuses fractional ones.
int glpk_session_round_integer_bounds(glpk_session *session);

// Calls GLPK with a column that does not exist, so that a test can see the failure contained.
int glpk_session_provoke_failure(glpk_session *session);

#ifdef __cplusplus
}
#endif

#endif
