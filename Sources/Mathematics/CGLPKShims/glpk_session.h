// What the files of this target share; not part of its interface.

#ifndef GLPK_SESSION_H
#define GLPK_SESSION_H

#include "glpk_shims.h"

#include <glpk.h>
#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>

// Bytes that grow by doubling and always end in a zero.
typedef struct {
    char *bytes;
    size_t count;
    size_t capacity;
} glpk_text;

struct glpk_session {
    glp_prob *problem;
    glp_tran *translator;
    pthread_t thread;
    int memory_limit;
    int lost;
    int busy;
    // Where the error hook jumps to while a call runs.
    jmp_buf escape;
    // The session whose call was running on this thread when this one's call began.
    glpk_session *outer;
    glpk_should_stop should_stop;
    void *stop_context;
    int stopped;
    // Grows with every reading of the clock after a stop.
    double time_after_stop;
    int keep_output;
    glpk_text output;
    glpk_text recent;
    // What a model prints goes to a file in memory, then here.
    int display_file;
    glpk_text display;
    // Room for one row or column in GLPK's numbering (from 1); grows.
    int *indices;
    double *numbers;
    int room;
    char message[512];
};

// The session whose call is running on this thread.
extern _Thread_local glpk_session *glpk_running;

int glpk_text_append(glpk_text *text, const char *bytes);
void glpk_text_clear(glpk_text *text);

// Makes room for `count` entries of a row or column.
int glpk_session_make_room(glpk_session *session, int count);
// The largest row or column of `count` rows or columns that begin at `starts`.
int glpk_largest_vector(int count, const int *starts);
// Copies entries into the session's room, in GLPK's numbering.
void glpk_session_stage(glpk_session *session, int count, const int *indices, const double *values);
// Sets bounds of a row or column of a problem, numbered from 1.
void glpk_apply_row_bounds(glp_prob *problem, int row, double lower, double upper);
void glpk_apply_column_bounds(glp_prob *problem, int column, double lower, double upper);

// Begins a call: GLPK_SHIM_OK when the session may be used.
int glpk_session_enter(glpk_session *session);
void glpk_session_leave(glpk_session *session);
// Ends a call that the error hook has left.
int glpk_session_fail(glpk_session *session);
// Ends a call for lack of memory in this file itself.
int glpk_session_fail_for_memory(glpk_session *session);

// Runs statements that call GLPK; returns from the enclosing function with the status when the call may not begin or
// fails. Locals that the statements change and that are read after a failure must be volatile: there are none, as
// nothing but the session is read then.
#define GLPK_CONTAINED(session, statements)                     \
    do {                                                        \
        int entry = glpk_session_enter(session);                \
        if (entry != GLPK_SHIM_OK) return entry;                \
        if (setjmp((session)->escape) != 0) return glpk_session_fail(session); \
        statements                                              \
        glpk_session_leave(session);                            \
    } while (0)

#endif
