/* The few functions that full-text ranking, R-trees and number formats ask for. */
#pragma once

#include <sys/cdefs.h>

#define HUGE_VAL (__builtin_huge_val())
#define INFINITY (__builtin_inff())
#define NAN (__builtin_nanf(""))
#define isnan(x) (__builtin_isnan(x))
#define isinf(x) (__builtin_isinf(x))

__BEGIN_DECLS
double ceil(double);
double fabs(double);
double floor(double);
double log(double);
double pow(double, double);
double sqrt(double);
__END_DECLS
