"""How does one program print the same digits on every Python and in every browser?

The C library's `exp`, `log` and `pow` may differ in the last bit from one machine to the next; `+ - * /`, `sqrt`
and powers of two may not (IEEE 754 fixes them). So the world computes its exponentials from those alone.
Errors stay below 1e-11 (relative) for `exp` and `log`, 1e-6 for `normal_quantile`.
"""

from math import frexp, ldexp, sqrt

LN2 = 0.6931471805599453
SQRT_HALF = 0.7071067811865476


def exp(x: float) -> float:
    """e to the x: halve the range by powers of two, then Taylor's series to the ninth degree."""
    k = round(x / LN2)
    r = x - k * LN2
    tail = 1 + r / 6 * (1 + r / 7 * (1 + r / 8 * (1 + r / 9)))
    return ldexp(1 + r * (1 + r / 2 * (1 + r / 3 * (1 + r / 4 * (1 + r / 5 * tail)))), k)


def log(x: float) -> float:
    """Natural logarithm of x > 0: split off the power of two, then the series of the inverse hyperbolic tangent."""
    m, k = frexp(x)
    if m < SQRT_HALF:
        m, k = 2 * m, k - 1
    s = (m - 1) / (m + 1)
    t = s * s
    series = 1 + t * (1 / 3 + t * (1 / 5 + t * (1 / 7 + t * (1 / 9 + t * (1 / 11 + t * (1 / 13 + t / 15))))))
    return k * LN2 + 2 * s * series


def power(x: float, exponent: float) -> float:
    """x to the exponent, for x > 0."""
    return exp(exponent * log(x))


def sigmoid(x: float) -> float:
    """Log-odds to probability."""
    small = exp(-abs(x))
    return small / (1 + small) if x < 0 else 1 / (1 + small)


def normal_quantile(u: float) -> float:
    """The standard normal value below which a share u lies, 0 < u < 1.

    Rational approximation PPND7 of Wichura, "Algorithm AS 241", Applied Statistics 37 (1988).
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 3.3871327179 + r * (50.434271938 + r * (159.29113202 + r * 59.109374720))
        return q * top / (1 + r * (17.895169469 + r * (78.757757664 + r * 67.187563600)))
    r = sqrt(-log(u if q < 0 else 1 - u))
    if r <= 5:
        r -= 1.6
        top = 1.4234372777 + r * (2.7568153900 + r * (1.3067284816 + r * 0.17023821103))
        tail = top / (1 + r * (0.73700164250 + r * 0.12021132975))
    else:
        r -= 5
        top = 6.6579051150 + r * (3.0812263860 + r * (0.42868294337 + r * 0.017337203997))
        tail = top / (1 + r * (0.24197894225 + r * 0.012258202635))
    return -tail if q < 0 else tail
