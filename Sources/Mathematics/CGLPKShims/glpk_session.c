#include "glpk_session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Thread_local glpk_session *glpk_running = NULL;

// How many sessions are open on this thread; GLPK's memory goes back with the last.
static _Thread_local int open_sessions = 0;

int glpk_text_append(glpk_text *text, const char *bytes) {
    size_t extra = strlen(bytes);
    if (text->count + extra + 1 > text->capacity) {
        size_t capacity = 2 * (text->count + extra + 1);
        char *grown = realloc(text->bytes, capacity);
        if (grown == NULL) return GLPK_SHIM_MEMORY;
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->count, bytes, extra + 1);
    text->count += extra;
    return GLPK_SHIM_OK;
}

void glpk_text_clear(glpk_text *text) {
    text->count = 0;
    if (text->bytes != NULL) text->bytes[0] = 0;
}

// Takes everything GLPK prints; the answer 1 keeps it off the terminal.
static int take_output(void *info, const char *text) {
    (void)info;
    glpk_session *session = glpk_running;
    if (session == NULL) return 1;
    // The recent text is for error messages: its beginning is what matters, and a failure is preceded by little.
    if (session->recent.count < 4096) glpk_text_append(&session->recent, text);
    if (session->keep_output) glpk_text_append(&session->output, text);
    return 1;
}

static void leave_failed_call(void *info) {
    (void)info;
    longjmp(glpk_running->escape, 1);
}

static void install_hooks(glpk_session *session) {
    glp_term_hook(take_output, NULL);
    glp_error_hook(leave_failed_call, NULL);
    // GLPK wants a number of MiB from 1; the largest means no limit.
    glp_mem_limit(session->memory_limit > 0 ? session->memory_limit : 0x7fffffff);
}

int glpk_session_enter(glpk_session *session) {
    if (!pthread_equal(session->thread, pthread_self())) return GLPK_SHIM_WRONG_THREAD;
    if (session->lost) return GLPK_SHIM_LOST;
    if (session->busy) return GLPK_SHIM_BUSY;
    session->busy = 1;
    session->outer = glpk_running;
    glpk_running = session;
    glpk_text_clear(&session->recent);
    install_hooks(session);
    return GLPK_SHIM_OK;
}

void glpk_session_leave(glpk_session *session) {
    session->busy = 0;
    glpk_running = session->outer;
    if (session->outer != NULL) install_hooks(session->outer);
    session->outer = NULL;
}

// Copies the recent output as one line.
static void note_failure(glpk_session *session) {
    const char *text = session->recent.bytes == NULL ? "" : session->recent.bytes;
    size_t length = 0;
    for (; *text != 0 && length + 1 < sizeof session->message; text++) {
        int blank = *text == '\n' || *text == ' ';
        if (blank && (length == 0 || session->message[length - 1] == ' ')) continue;
        session->message[length++] = blank ? ' ' : *text;
    }
    while (length > 0 && session->message[length - 1] == ' ') length--;
    session->message[length] = 0;
}

int glpk_session_fail(glpk_session *session) {
    note_failure(session);
    session->lost = 1;
    glpk_session_leave(session);
    int memory = strstr(session->message, "memory allocation limit exceeded") != NULL
        || strstr(session->message, "no memory available") != NULL;
    return memory ? GLPK_SHIM_MEMORY : GLPK_SHIM_FAILED;
}

int glpk_session_fail_for_memory(glpk_session *session) {
    snprintf(session->message, sizeof session->message, "no memory for the solver's arrays");
    glpk_session_leave(session);
    return GLPK_SHIM_MEMORY;
}

static int create_problem(glpk_session *session) {
    GLPK_CONTAINED(session, { session->problem = glp_create_prob(); });
    return GLPK_SHIM_OK;
}

glpk_session *glpk_session_open(int memory_limit) {
    glpk_session *session = calloc(1, sizeof *session);
    if (session == NULL) return NULL;
    session->thread = pthread_self();
    session->memory_limit = memory_limit;
    session->display_file = -1;
    open_sessions++;
    if (create_problem(session) != GLPK_SHIM_OK) session->lost = 1;
    return session;
}

static int delete_problem(glpk_session *session) {
    GLPK_CONTAINED(session, {
        if (session->translator != NULL) glp_mpl_free_wksp(session->translator);
        session->translator = NULL;
        if (session->problem != NULL) glp_delete_prob(session->problem);
        session->problem = NULL;
    });
    return GLPK_SHIM_OK;
}

int glpk_session_close(glpk_session *session) {
    if (!pthread_equal(session->thread, pthread_self())) return GLPK_SHIM_WRONG_THREAD;
    if (session->busy) return GLPK_SHIM_BUSY;
    // What a lost session held cannot be trusted; it goes back with the thread's last session.
    if (!session->lost && open_sessions > 1) delete_problem(session);
    if (--open_sessions == 0) glp_free_env();
    if (session->display_file >= 0) close(session->display_file);
    free(session->display.bytes);
    free(session->output.bytes);
    free(session->recent.bytes);
    free(session->indices);
    free(session->numbers);
    free(session);
    return GLPK_SHIM_OK;
}

const char *glpk_session_message(const glpk_session *session) { return session->message; }

const char *glpk_session_output(const glpk_session *session) {
    return session->output.bytes == NULL ? "" : session->output.bytes;
}

void glpk_session_clear_output(glpk_session *session) { glpk_text_clear(&session->output); }

void glpk_session_keep_output(glpk_session *session, int keep) { session->keep_output = keep; }

void glpk_session_set_stop(glpk_session *session, glpk_should_stop ask, void *context) {
    session->should_stop = ask;
    session->stop_context = context;
}

int glpk_session_was_stopped(const glpk_session *session) { return session->stopped; }

int glpk_session_provoke_failure(glpk_session *session) {
    GLPK_CONTAINED(session, { glp_set_obj_coef(session->problem, -1, 1.0); });
    return GLPK_SHIM_OK;
}
