/* Loads the library, runs its own test in a folder, and says how it went. Arguments: library, folder. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
    void *library = count == 3 ? dlopen(arguments[1], RTLD_NOW) : NULL;
    const char *(*test)(const char *) = library ? (const char *(*)(const char *))dlsym(library, "telltale_self_test") : NULL;
    if (!test) {
        fprintf(stderr, "no test: %s\n", dlerror());
        return 1;
    }
    const char *report = test(arguments[2]);
    puts(report);
    return strstr(report, "\nRESULT ok") == NULL;
}
