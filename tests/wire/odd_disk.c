/* Loaded before the C library (LD_PRELOAD), it makes the folder $ODD_FOLDER a disk that refuses what $ODD_REFUSES names,
   with the error number $ODD_ERROR: "memory" that openers share, or one of the two kinds of locks. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int refused(const char *what, int file) {
    const char *folder = getenv("ODD_FOLDER"), *refuses = getenv("ODD_REFUSES");
    char link[64], path[4096];
    if (!folder || !refuses || strcmp(refuses, what) || file < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return 0;
    errno = atoi(getenv("ODD_ERROR"));
    return 1;
}

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

void *mmap(void *at, size_t length, int may, int flags, int file, off_t offset) {
    if ((flags & MAP_SHARED) && refused("memory", file)) return MAP_FAILED;
    return ((void *(*)(void *, size_t, int, int, int, off_t))real("mmap"))(at, length, may, flags, file, offset);
}

void *mmap64(void *at, size_t length, int may, int flags, int file, off_t offset) {
    return mmap(at, length, may, flags, file, offset);
}

static int control(int file, int command, void *argument) {
    int locks = command == F_SETLK || command == F_SETLKW;
    if (locks && refused("fcntl", file)) return -1;
    return ((int (*)(int, int, ...))real("fcntl"))(file, command, argument);
}

int fcntl(int file, int command, ...) {
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    return control(file, command, argument);
}

int fcntl64(int file, int command, ...) {
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    return control(file, command, argument);
}

int flock(int file, int operation) {
    if (refused("flock", file)) return -1;
    return ((int (*)(int, int))real("flock"))(file, operation);
}
