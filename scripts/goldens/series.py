"""Autocorrelation (numpy), ridge regression (scikit-learn) and the linear autoregressions made of it."""
import numpy as np
from sklearn.linear_model import Ridge

from .common import generator, normal, number

about = {
    "made by": "npm run golden (numpy, scikit-learn, float64, rounded to 7 digits)",
    "autocorrelation": "r[k] = sum (x[t]-m)(x[t+k]-m) / sum (x[t]-m)^2; detrended: values less their centred moving average over `season` (2 x season where even)",
    "ridge": "sklearn.linear_model.Ridge(alpha) with intercept; gcv = n * RSS / (n - 1 - trace(hat matrix))^2",
    "autoregression": "Ridge on lags of the standardised (log: logarithms) past, alpha of least gcv for each output; recursive = one step repeated, direct = one regression a step",
}
alphas = [1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100]


def numbers(values):
    return [number(float(v)) for v in np.ravel(values)]


def draw(name, *shape):
    return normal(generator("series", name), *shape).numpy()


def seasonal(name, n, season, growth):
    t = np.arange(n)
    wave = np.sin(2 * np.pi * t / season) + 0.5 * np.cos(4 * np.pi * t / season)
    values = 0.02 * t + wave + 0.2 * draw(name, n)
    return np.round(np.exp(1 + 0.5 * values) if growth else values, 4)


def autocorrelation(values, lags):
    centred = values - values.mean()
    full = np.correlate(centred, centred, "full")[len(values) - 1 :]
    return full[: lags + 1] / full[0]


def detrended(values, season):
    weights = np.ones(season) if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5]
    half = len(weights) // 2
    return values[half : len(values) - half] - np.convolve(values, weights / season, "valid")


def gcv(x, y, alpha):
    centred = x - x.mean(0)
    hat = centred @ np.linalg.solve(centred.T @ centred + alpha * np.eye(x.shape[1]), centred.T)
    rss = ((y - Ridge(alpha=alpha, solver="cholesky").fit(x, y).predict(x)) ** 2).sum()
    return len(x) * rss / (len(x) - 1 - np.trace(hat)) ** 2


def best_fit(x, y):
    return Ridge(alpha=min(alphas, key=lambda alpha: gcv(x, y, alpha)), solver="cholesky").fit(x, y)


def autoregression(name, n, season, lags, horizon, log):
    past = seasonal(name, n, season, log)
    values = np.log(past) if log else past
    mean, deviation = values.mean(), values.std()
    z = (values - mean) / deviation
    first = lags[-1]
    columns = lambda rows: np.stack([[z[r + first - lag] for lag in lags] for r in range(rows)])
    back = lambda v: np.exp(np.array(v) * deviation + mean) if log else np.array(v) * deviation + mean

    one = best_fit(columns(n - first), z[first:])
    recent = list(z)
    for _ in range(horizon):
        recent.append(float(one.predict([[recent[-lag] for lag in lags]])[0]))
    rows = n - first - horizon + 1
    ends = [[z[n - lag] for lag in lags]]
    direct = [best_fit(columns(rows), z[first + h : first + h + rows]).predict(ends)[0] for h in range(horizon)]
    return {
        "name": name, "past": numbers(past), "season": season, "lags": lags, "log": log, "horizon": horizon, "alpha": number(one.alpha),
        "coefficients": numbers(one.coef_), "recursive": numbers(back(recent[n:])), "direct": numbers(back(direct)),
    }


def document():
    x = draw("x", 30, 4)
    y = np.round(x @ np.array([1, -2, 0.5, 0]) + 3 + 0.5 * draw("y", 30), 4)
    fits = []
    for alpha in (1e-3, 1.0, 50.0):
        model = Ridge(alpha=alpha, solver="cholesky").fit(x, y)
        fits.append({"alpha": alpha, "weights": numbers(model.coef_), "intercept": number(float(model.intercept_)), "gcv": number(float(gcv(x, y, alpha)))})
    waves = [("odd", 60, 7), ("even", 96, 12)]
    return {
        "about": about,
        "autocorrelation": [
            {"values": numbers(v := seasonal(name, n, season, False)), "season": season, "r": numbers(autocorrelation(v, 20)), "detrended": numbers(detrended(v, season))}
            for name, n, season in waves
        ],
        "ridge": {"x": numbers(x), "y": numbers(y), "fits": fits},
        "autoregression": [
            autoregression("monthly", 96, 12, list(range(1, 14)), 12, False),
            autoregression("growing", 120, 12, list(range(1, 14)), 24, True),
            autoregression("weekly", 200, 7, list(range(1, 9)), 5, False),
            autoregression("long", 240, 48, [*range(1, 25), 47, 48, 49], 6, False),
        ],
    }
