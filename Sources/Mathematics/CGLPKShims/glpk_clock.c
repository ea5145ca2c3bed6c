// GLPK's clock, and through it the way to stop GLPK.
//
// Every simplex iteration, exact or not, and every step of the branch-and-cut driver reads glp_time and compares it with
// a time limit; nothing else is called that often, and the simplex routines have no callback. The library calls glp_time
// through its procedure linkage table, so that the definition in the program stands in for the library's own (the usual
// ELF rule for symbols). It reads the monotonic clock, asks the running session whether to stop, and if so lets time leap
// forward: GLPK then ends by its time limit, in good order, with its basis and its incumbent stored. Each reading after
// that lies more than the largest time limit (2^31 ms) past the one before, so that a run that begins after the stop ends
// as well. Where the library should be linked so that this definition is not used, GLPK's own time limit remains.

#include "glpk_session.h"

#include <time.h>

static _Thread_local int clock_was_read = 0;

double glp_time(void) {
    clock_was_read = 1;
    glpk_session *session = glpk_running;
    if (session != NULL && !session->stopped && session->should_stop != NULL) {
        session->stopped = session->should_stop(session->stop_context) != 0;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double milliseconds = 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
    if (session == NULL || !session->stopped) return milliseconds;
    session->time_after_stop += 4e9;
    return milliseconds + session->time_after_stop;
}

// Defined with glp_time, as both live in one object file of the static library.
double glp_difftime(double later, double earlier) { return (later - earlier) / 1000.0; }

int glpk_session_clock_is_ours(void) {
    glpk_session *session = glpk_session_open(0);
    if (session == NULL) return 0;
    clock_was_read = 0;
    glpk_simplex_options options = {.method = GLPK_SHIM_PRIMAL, .primal_tolerance = 1e-7, .dual_tolerance = 1e-7};
    options.iteration_limit = options.time_limit = 0x7fffffff;
    double cost = 1, lower = 0, upper = 1, value = 1, least = 0.5;
    int starts[] = {0, 0}, row_starts[] = {0, 1}, column = 0;
    unsigned char integer = 0;
    glpk_simplex_outcome outcome;
    options.cutoff = 0;
    glpk_session_add_columns(session, 1, &cost, &lower, &upper, &integer, starts, NULL, NULL);
    glpk_session_add_rows(session, 1, &least, &upper, row_starts, &column, &value);
    glpk_session_simplex(session, &options, &outcome);
    glpk_session_close(session);
    return clock_was_read;
}
