/* Stands in for NVIDIA's management library: what it does is said by NVML_STUB when it starts.
 *
 * A number is the error of nvmlInit; else a word from the list in nvmlInitWithFlags and below. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUCCESS = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6, IS_LOST = 15 };

typedef struct { unsigned long long total, free, used; } memory;

/* Handles: 1 and 2 are devices, 11 and 12 instances of the second. */
typedef long device;

static int asked_for(const char *word)
{
    const char *mode = getenv("NVML_STUB");
    return mode != NULL && strcmp(mode, word) == 0;
}

static int say(char *buffer, unsigned int size, const char *text)
{
    snprintf(buffer, size, "%s", text);
    return SUCCESS;
}

int nvmlInitWithFlags(unsigned int flags)
{
    const char *mode = getenv("NVML_STUB");
    (void)flags;
    if (asked_for("hangs"))
        for (;;) pause();
    if (asked_for("aborts")) abort();
    if (asked_for("exits")) exit(3);
    if (asked_for("killed")) raise(SIGKILL);
    if (asked_for("noise")) {
        puts("{\"index\": 0, \"name\": \"noise\"}");
        fflush(stdout);
    }
    return mode == NULL ? SUCCESS : atoi(mode);
}

/* No UTF-8: the library's own words may be anything. */
const char *nvmlErrorString(int error)
{
    return error == 777 ? "\xff\xfe" : "an error of the stub's";
}

int nvmlSystemGetDriverVersion(char *version, unsigned int size)
{
    return say(version, size, "610.43.02");
}

int nvmlSystemGetCudaDriverVersion_v2(int *version)
{
    if (asked_for("no-cuda")) return NOT_SUPPORTED;
    *version = 13020;
    return SUCCESS;
}

int nvmlDeviceGetCount_v2(unsigned int *count)
{
    *count = asked_for("none") ? 0 : asked_for("lies") ? 4294967295u : 2;
    return SUCCESS;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, device *handle)
{
    if (index == 1 && asked_for("lost")) return IS_LOST;
    if (index == 1 && asked_for("hangs-later"))
        for (;;) pause();
    if (index == 1 && asked_for("aborts-later")) abort();
    *handle = index % 2 + 1;
    return SUCCESS;
}

int nvmlDeviceGetName(device handle, char *name, unsigned int size)
{
    if (asked_for("bytes")) return say(name, size, "\xff\xfe\x1b[31mred\x1b[0m\xe2\x80\xae 8\x07 GB");
    return say(name, size, handle == 1 ? "NVIDIA L4" : "NVIDIA H200");
}

int nvmlDeviceGetUUID(device handle, char *uuid, unsigned int size)
{
    char text[96];
    snprintf(text, sizeof text, "%s-%08ld-0000-0000-0000-000000000000",
             handle > 10 ? "MIG" : "GPU", handle);
    return say(uuid, size, text);
}

int nvmlDeviceGetMemoryInfo(device handle, memory *told)
{
    if (handle == 1 && asked_for("unsupported")) return NOT_SUPPORTED;
    told->total = handle == 1 ? 24152899584ull : 150754820096ull;
    told->used = handle == 1 ? 3221225472ull : 0;
    told->free = told->total - told->used;
    return SUCCESS;
}

int nvmlDeviceGetCudaComputeCapability(device handle, int *major, int *minor)
{
    if (handle == 1 && asked_for("unsupported")) return NOT_SUPPORTED;
    *major = handle == 1 ? 8 : 9;
    *minor = handle == 1 ? 9 : 0;
    return SUCCESS;
}

int nvmlDeviceGetMigMode(device handle, unsigned int *current, unsigned int *pending)
{
    if (handle == 1) return NOT_SUPPORTED;
    *current = *pending = 1;
    return SUCCESS;
}

int nvmlDeviceGetMaxMigDeviceCount(device handle, unsigned int *count)
{
    (void)handle;
    *count = 7;
    return SUCCESS;
}

int nvmlDeviceGetMigDeviceHandleByIndex(device handle, unsigned int index, device *instance)
{
    (void)handle;
    if (index != 0 && index != 3) return NOT_FOUND;
    *instance = index == 0 ? 11 : 12;
    return SUCCESS;
}
