// Runs a command and prints, as the last line of the standard error, the largest resident set that it had, in KiB.
//
//     peak_memory COMMAND [ARGUMENT ...]
//
// The caller must be small: a process starts with the peak of the one that it was forked from.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: peak_memory COMMAND [ARGUMENT ...]\n");
        return 64;
    }
    const pid_t child = fork();
    if (child == 0) {
        execvp(arguments[1], arguments + 1);
        std::perror(arguments[1]);
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        std::perror("peak_memory");
        return 71;
    }
    std::fprintf(stderr, "%ld\n", usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}
