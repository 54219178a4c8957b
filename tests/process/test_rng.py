"""The keyed draws against what independent uniform numbers would give.

Seeds and keys are fixed, so every test gives the same answer each time it runs. A test fails below p = 1e-4: among the
hundred or so tests of this file an ideal generator would then fail one with odds of one in a hundred when the seeds
were chosen, and never again; a real defect, such as draws that are linear in their key, gives p below 1e-50 at these
sample sizes (the last tests show it). NumPy's Philox stands beside the draws as the reference.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from scipy import stats

from enforcement_sim.process.jit import compiled_maker
from enforcement_sim.process.rng import (
    BOOKINGS,
    FIELD_ARRESTS,
    INSTITUTIONS,
    NORMAL_ABOVE,
    OFFICE_DAYS,
    PEOPLE,
    PLACE_DAYS,
    PRISONERS,
    RESPONSES,
    Draw,
    booking_key,
    field_arrest_key,
    institution_stream,
    mix,
    normal,
    office_day_key,
    person_key,
    place_day_key,
    poisson,
    prisoner_key,
    response_key,
    rounded,
    stream_of,
    uniform,
)

SMALLEST_P = 1e-4
SEEDS = (0, 1, 20_081_027)
FIRST_FIPS, LAST_FIPS = 1_001, 56_045
FIRST_DAY, LAST_DAY = 1_000, 5_479
"""Days from 2000-01-01 of the warm start's earliest day and of the history's end, roughly."""


@compiled_maker
def draw_all(seed: int, keys: np.ndarray, purpose: int) -> np.ndarray:
    """Draw once for every key."""
    drawn = np.empty(keys.size)
    for position in range(keys.size):
        drawn[position] = uniform(stream_of(np.uint64(seed), keys[position]), purpose)
    return drawn


@compiled_maker
def mix_all(words: np.ndarray) -> np.ndarray:
    """Mix every word."""
    mixed = np.empty_like(words)
    for position in range(words.size):
        mixed[position] = mix(words[position])
    return mixed


@compiled_maker
def count_all(seed: int, keys: np.ndarray, mean: float) -> np.ndarray:
    """Draw a Poisson count for every key."""
    counts = np.empty(keys.size, np.int64)
    for position in range(keys.size):
        counts[position] = poisson(stream_of(np.uint64(seed), keys[position]), 0, mean)
    return counts


@compiled_maker
def normal_all(seed: int, keys: np.ndarray) -> np.ndarray:
    """Draw a standard normal number for every key."""
    drawn = np.empty(keys.size)
    for position in range(keys.size):
        drawn[position] = normal(stream_of(np.uint64(seed), keys[position]), 0)
    return drawn


@compiled_maker
def round_all(seed: int, keys: np.ndarray, amount: float) -> np.ndarray:
    """Round an amount for every key."""
    drawn = np.empty(keys.size, np.int64)
    for position in range(keys.size):
        drawn[position] = rounded(stream_of(np.uint64(seed), keys[position]), 51, amount)
    return drawn


def keys_of(fips: np.ndarray, days: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Booking keys of every combination, uint64, shape (places, days, indices)."""
    place, day, index = (part.astype(np.uint64) for part in np.ix_(fips, days, indices))
    return np.asarray(place | (day << np.uint64(17)) | (index << np.uint64(31)))


KEYS = keys_of(np.arange(6_001, 6_051), np.arange(3_925, 3_975), np.arange(40))
"""100,000 bookings as a run has them: neighbouring places, days and numbers, shape (50, 50, 40)."""


def chi_square_of_cells(drawn: np.ndarray, cells: int) -> float:
    """p of equally filled cells of [0, 1)."""
    return float(stats.chisquare(np.bincount((drawn * cells).astype(int), minlength=cells)).pvalue)


def chi_square_of_pairs(first: np.ndarray, second: np.ndarray, cells: int = 16) -> float:
    """p of equally filled cells of the unit square."""
    cell = (first * cells).astype(int) * cells + (second * cells).astype(int)
    return float(stats.chisquare(np.bincount(cell, minlength=cells * cells)).pvalue)


def philox(seed: int, size: int) -> np.ndarray:
    """Numbers of the reference generator."""
    return np.random.Generator(np.random.Philox(seed)).random(size)


# ---- one draw --------------------------------------------------------------------------------------------------------


def test_keys_written_here_are_those_of_the_engine() -> None:
    """The arrays of keys of this file are what `booking_key` gives."""
    assert int(KEYS[3, 4, 5]) == int(booking_key(6_004, 3_929, 5))
    assert int(KEYS[-1, -1, -1]) == int(booking_key(6_050, 3_974, 39))


@pytest.mark.parametrize(("seed", "purpose"), list(product(SEEDS, (Draw.THIN, Draw.STATUS, Draw.STATE_DELAY))))
def test_draws_are_uniform(seed: int, purpose: Draw) -> None:
    """Over many bookings the draws fill [0, 1) evenly: as a whole, in 1,000 cells, and in their low bits."""
    drawn = draw_all(seed, KEYS.ravel(), purpose.value)
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    assert stats.kstest(drawn, "uniform").pvalue > SMALLEST_P
    assert chi_square_of_cells(drawn, 1_000) > SMALLEST_P
    low = (drawn * 2.0**53).astype(np.uint64) % np.uint64(256)
    assert stats.chisquare(np.bincount(low.astype(int), minlength=256)).pvalue > SMALLEST_P


@pytest.mark.parametrize("key", ["place's day", "office's day"])
def test_draws_of_days_are_uniform(key: str) -> None:
    """So are the draws of places' days, of which the counts are made, and of offices' days."""
    build, numbers = (place_day_key, range(1_001, 1_041)) if key == "place's day" else (office_day_key, range(24))
    keys = np.array([build(number, day) for number in numbers for day in range(3_000, 3_500)], np.uint64)
    drawn = draw_all(1, keys, Draw.COUNT.value)
    assert stats.kstest(drawn, "uniform").pvalue > SMALLEST_P
    assert chi_square_of_cells(drawn, 100) > SMALLEST_P


def test_a_draw_is_a_function() -> None:
    """Seed, key and purpose fix a draw; the value cannot depend on what was drawn before."""
    forwards = draw_all(7, KEYS.ravel(), Draw.HOUR.value)
    assert (draw_all(7, KEYS.ravel()[::-1].copy(), Draw.HOUR.value)[::-1] == forwards).all()
    assert len(np.unique(forwards)) == forwards.size


# ---- pairs of draws --------------------------------------------------------------------------------------------------

NEIGHBOURS: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {
    "next booking of the day": lambda: (of(KEYS[:, :, :-1]), of(KEYS[:, :, 1:])),
    "next day": lambda: (of(KEYS[:, :-1]), of(KEYS[:, 1:])),
    "a week later": lambda: (of(KEYS[:, :-7]), of(KEYS[:, 7:])),
    "next place": lambda: (of(KEYS[:-1]), of(KEYS[1:])),
    "next place but one, as counties are numbered": lambda: (of(KEYS[:-2]), of(KEYS[2:])),
    "next day and next place": lambda: (of(KEYS[:-1, :-1]), of(KEYS[1:, 1:])),
    "next purpose": lambda: (of(KEYS), of(KEYS, purpose=Draw.OFFENCE.value + 1)),
    "a purpose far off": lambda: (of(KEYS), of(KEYS, purpose=Draw.STATE_DELAY.value)),
    "next seed": lambda: (of(KEYS), of(KEYS, seed=2)),
    "a seed far off": lambda: (of(KEYS), of(KEYS, seed=2**62 - 1)),
    "next seed and next purpose": lambda: (of(KEYS), of(KEYS, seed=2, purpose=Draw.OFFENCE.value + 1)),
    "next seed and next place": lambda: (of(KEYS[:-1]), of(KEYS[1:], seed=2)),
}


def of(keys: np.ndarray, seed: int = 1, purpose: int = Draw.OFFENCE.value) -> np.ndarray:
    """Draw for an array of keys of any shape."""
    return draw_all(seed, keys.ravel(), purpose)


@pytest.mark.parametrize("relation", NEIGHBOURS)
def test_neighbours_are_unrelated(relation: str) -> None:
    """Knowing a draw says nothing about the neighbour's: no correlation, and every pair of values equally likely."""
    first, second = NEIGHBOURS[relation]()
    assert stats.pearsonr(first, second).pvalue > SMALLEST_P
    assert stats.pearsonr((first - 0.5) ** 2, (second - 0.5) ** 2).pvalue > SMALLEST_P
    assert chi_square_of_pairs(first, second) > SMALLEST_P


@pytest.mark.slow
def test_all_purposes_are_unrelated() -> None:
    """Among the draws of one booking no two are correlated: a person's stream in one thing is not stream in another."""
    purposes = sorted(purpose.value for purpose in Draw)
    drawn = np.stack([draw_all(1, KEYS.ravel()[:20_000], purpose) for purpose in purposes])
    correlations = np.corrcoef(drawn)[np.triu_indices(len(purposes), 1)]
    largest = float(np.abs(correlations).max()) * math.sqrt(drawn.shape[1])
    assert 2 * stats.norm.sf(largest) * correlations.size > SMALLEST_P


def test_many_seeds_are_unrelated() -> None:
    """Replications use neighbouring seeds; no two of thirty are correlated."""
    drawn = np.stack([draw_all(seed, KEYS.ravel()[:20_000], Draw.STATUS.value) for seed in range(1, 31)])
    correlations = np.corrcoef(drawn)[np.triu_indices(30, 1)]
    largest = float(np.abs(correlations).max()) * math.sqrt(drawn.shape[1])
    assert 2 * stats.norm.sf(largest) * correlations.size > SMALLEST_P


def test_sums_over_a_day_vary_as_they_should() -> None:
    """The sum of a day's draws has the variance of a sum of independent ones, so counts by day do not clump."""
    sums = draw_all(1, KEYS.ravel(), Draw.GRADE.value).reshape(2_500, 40).sum(axis=1)
    expected = 40 / 12
    statistic = (sums.size - 1) * sums.var(ddof=1) / expected
    p = 2 * min(stats.chi2.cdf(statistic, sums.size - 1), stats.chi2.sf(statistic, sums.size - 1))
    assert p > SMALLEST_P


# ---- the finaliser ---------------------------------------------------------------------------------------------------


def test_mix_is_the_published_finaliser() -> None:
    """Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (2014): SplitMix64 from seed 1234567."""
    golden, published = 0x9E3779B97F4A7C15, (6457827717110365317, 3203168211198807973, 9817491932198370423)
    states = [(1234567 + golden * step) % 2**64 for step in (1, 2, 3)]
    assert [int(mix(np.uint64(state))) for state in states] == list(published)


def test_mix_loses_nothing() -> None:
    """Different words stay different: the finaliser is a bijection."""
    words = np.concatenate([KEYS.ravel(), np.arange(100_000, dtype=np.uint64), ~np.arange(100_000, dtype=np.uint64)])
    assert np.unique(mix_all(words)).size == np.unique(words).size


def bits_of(words: np.ndarray) -> np.ndarray:
    """Bits of 64-bit words, uint8, shape (words, 64)."""
    return np.unpackbits(words.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")


def test_bits_are_balanced() -> None:
    """Every bit of the stream of neighbouring bookings is set half of the time."""
    keys = KEYS.ravel()
    streams = mix_all(mix_all(np.full(1, 1, np.uint64) + np.uint64(0x9E3779B97F4A7C15))[0] ^ keys)
    assert int(streams[5]) == int(stream_of(np.uint64(1), keys[5]))
    z = np.abs(bits_of(streams).mean(axis=0) - 0.5) * 2 * math.sqrt(keys.size)
    assert 2 * stats.norm.sf(z.max()) * 64 > SMALLEST_P


def test_one_bit_moves_every_bit() -> None:
    """Avalanche: whichever bit of a key is turned, each bit of the result turns with probability one half."""
    words = mix_all(np.arange(20_000, dtype=np.uint64))
    before = bits_of(mix_all(words))
    worst = 0.0
    for position in range(64):
        turned = bits_of(mix_all(words ^ np.uint64(1 << position))) != before
        worst = max(worst, float(np.abs(turned.mean(axis=0) - 0.5).max()) * 2 * math.sqrt(words.size))
    assert 2 * stats.norm.sf(worst) * 64 * 64 > SMALLEST_P


# ---- beside the reference --------------------------------------------------------------------------------------------


def test_draws_and_philox_have_one_distribution() -> None:
    """A two-sample test cannot tell the draws from NumPy's Philox."""
    assert stats.ks_2samp(of(KEYS), philox(1, KEYS.size)).pvalue > SMALLEST_P


@pytest.mark.parametrize("relation", ["next booking of the day", "next purpose", "next seed"])
def test_tests_of_pairs_come_out_as_for_philox(relation: str) -> None:
    """Over 100 seeds the p-values of neighbouring pairs are themselves uniform, as they are for the reference."""
    keys = KEYS[:10, :10].ravel()
    ours, reference = [], []
    for seed in range(100):
        first = draw_all(seed * 10, keys, Draw.BAIL.value)
        if relation == "next booking of the day":
            first, second = first[:-1], first[1:]
        elif relation == "next purpose":
            second = draw_all(seed * 10, keys, Draw.BAIL.value + 1)
        else:
            second = draw_all(seed * 10 + 1, keys, Draw.BAIL.value)
        ours.append(chi_square_of_pairs(first, second, 8))
        drawn = philox(seed, 2 * first.size)
        reference.append(chi_square_of_pairs(drawn[: first.size], drawn[first.size :], 8))
    assert stats.kstest(ours, "uniform").pvalue > SMALLEST_P
    assert stats.ks_2samp(ours, reference).pvalue > SMALLEST_P


@pytest.mark.parametrize("multiplier", [1, 0x9E3779B97F4A7C15])
def test_draws_linear_in_the_key_would_be_noticed(multiplier: int) -> None:
    """The tests have teeth: a draw that is only a multiple of its key, however evenly spread, fails on pairs."""
    linear = (KEYS.ravel() * np.uint64(multiplier) >> np.uint64(11)) * 2.0**-53
    pairs = linear.reshape(KEYS.shape)
    assert chi_square_of_pairs(pairs[:, :, :-1].ravel(), pairs[:, :, 1:].ravel()) < 1e-50


def test_related_purposes_would_be_noticed() -> None:
    """The tests have teeth: purposes that shift a draw by a little are seen as correlated."""
    first = of(KEYS)
    assert chi_square_of_pairs(first, (first + 0.3) % 1.0) < 1e-50


# ---- counts, normal numbers, rounding --------------------------------------------------------------------------------

DAY_KEYS = np.array([place_day_key(1_001, day) for day in range(100)], np.uint64)
MANY = (DAY_KEYS[:, None] + np.arange(1_000, dtype=np.uint64)).ravel()
"""100,000 places' days."""


@pytest.mark.parametrize(
    "mean", [0.002, 0.3, 2.0, 11.0, 29.0, math.nextafter(NORMAL_ABOVE, 0), NORMAL_ABOVE, 95.0, 1500.0]
)
def test_counts_have_the_right_mean_and_variance(mean: float) -> None:
    """Mean and variance are those of a Poisson law; rounding a normal adds a twelfth to the variance."""
    counts = count_all(3, MANY, mean)
    rounding = 1 / 12 if mean >= NORMAL_ABOVE else 0.0
    z = (counts.mean() - mean) / math.sqrt(mean / counts.size)
    assert 2 * stats.norm.sf(abs(z)) > SMALLEST_P
    fourth = mean + 3 * mean**2  # fourth central moment
    z = (counts.var() - mean - rounding) / math.sqrt((fourth - mean**2) / counts.size)
    assert 2 * stats.norm.sf(abs(z)) > SMALLEST_P


@pytest.mark.parametrize("mean", [0.3, 2.0, 11.0, 29.999])
def test_small_counts_follow_the_law(mean: float) -> None:
    """Below the seam the distribution is exactly Poisson: each count as often as it should be."""
    counts = count_all(4, MANY, mean)
    low, high = int(stats.poisson.ppf(1e-3, mean)), int(stats.poisson.isf(1e-3, mean))
    observed = np.bincount(np.clip(counts, low, high), minlength=high + 1)[low : high + 1]
    below = stats.poisson.cdf(np.arange(low, high), mean)
    expected = np.diff(below, prepend=0.0, append=1.0) * counts.size
    assert stats.chisquare(observed, expected).pvalue > SMALLEST_P


@pytest.mark.parametrize(("mean", "distance"), [(NORMAL_ABOVE, 0.016), (95.0, 0.011), (1500.0, 0.006)])
def test_large_counts_are_near_the_law(mean: float, distance: float) -> None:
    """Above the seam the normal stands in: its distribution function is off by 1 / (15 root mean) and sampling noise."""
    counts = count_all(4, MANY, mean)
    points = np.arange(counts.min(), counts.max() + 1)
    empirical = np.searchsorted(np.sort(counts), points, side="right") / counts.size
    assert np.abs(empirical - stats.poisson.cdf(points, mean)).max() < distance


def test_the_seam_does_not_show() -> None:
    """Just below and just above 30 the spread of counts is the same to one booking, in the far tails to two."""
    below, above = count_all(5, MANY, 29.999), count_all(5, MANY, 30.001)
    for shares, most in (([0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99], 1), ([0.001, 0.999], 2)):
        assert np.abs(np.quantile(below, shares) - np.quantile(above, shares)).max() <= most


def test_counts_of_nothing_and_of_more() -> None:
    """No expected bookings give none; with the same draws a higher mean never gives fewer (below the seam)."""
    assert count_all(6, MANY, 0.0).max() == 0
    counts = np.stack([count_all(6, MANY[:5_000], mean) for mean in (0.1, 0.5, 2.0, 7.0, 20.0, 29.9)])
    assert (np.diff(counts, axis=0) >= 0).all()
    assert count_all(6, MANY, 30.0).min() >= 0


def test_normal_numbers_are_normal() -> None:
    """Box and Muller over the draws give the standard normal law."""
    drawn = normal_all(8, MANY)
    assert stats.kstest(drawn, "norm").pvalue > SMALLEST_P
    assert abs(drawn.mean()) * math.sqrt(drawn.size) < stats.norm.isf(SMALLEST_P / 2)
    assert stats.skewtest(drawn).pvalue > SMALLEST_P
    assert stats.kurtosistest(drawn).pvalue > SMALLEST_P


@pytest.mark.parametrize("amount", [0.004, 0.25, 0.9, 3.5, 17.93])
def test_rounding_keeps_the_mean(amount: float) -> None:
    """Capacity is the floor or one more, and its mean over days is the amount."""
    drawn = round_all(9, MANY, amount)
    assert set(np.unique(drawn)) == {math.floor(amount), math.floor(amount) + 1}
    fraction = amount - math.floor(amount)
    z = (drawn.mean() - amount) / math.sqrt(fraction * (1 - fraction) / drawn.size)
    assert 2 * stats.norm.sf(abs(z)) > SMALLEST_P


@pytest.mark.parametrize("amount", [0.0, 1.0, 12.0])
def test_whole_amounts_are_not_rounded(amount: float) -> None:
    """A whole number stays what it is, whatever the stream."""
    assert set(np.unique(round_all(9, MANY, amount))) == {int(amount)}


# ---- keys ------------------------------------------------------------------------------------------------------------


def test_keys_of_bookings_tell_place_day_and_number() -> None:
    """A key holds its three parts side by side, so two bookings never share one."""
    for fips, day, index in product((FIRST_FIPS, 6_037, LAST_FIPS), (FIRST_DAY, LAST_DAY), (0, 1, 9_999, 2**17 - 1)):
        key = int(booking_key(fips, day, index))
        assert (key % 2**17, key >> 17 & 2**14 - 1, key >> 31 & 2**17 - 1) == (fips, day, index)
        assert key >> 48 == BOOKINGS


def test_series_do_not_collide() -> None:
    """Bookings, field arrests, added bookings, people, prisoners, places' days and offices' days have keys of their own."""
    days = (FIRST_DAY, FIRST_DAY + 1, LAST_DAY)
    fips = (FIRST_FIPS, FIRST_FIPS + 2, LAST_FIPS)
    bookings = [int(booking_key(place, day, index)) for place in fips for day in days for index in (0, 1, 2, 2**17 - 1)]
    places = [int(place_day_key(place, day)) for place in fips for day in days]
    offices = [int(office_day_key(office, day)) for office in range(24) for day in days]
    arrests = [
        int(field_arrest_key(place, day, index)) for place in fips for day in days for index in (0, 1, 2**17 - 1)
    ]
    people = [int(person_key(place, number)) for place in fips for number in (0, 1, FIRST_DAY, 2**31 - 1)]
    responses = [int(response_key(place, day, index)) for place in fips for day in days for index in (0, 1, 2**17 - 1)]
    prisoners = [int(prisoner_key(place, index)) for place in fips for index in (0, 1, 2**17 - 1)]
    assert {key >> 48 for key in responses} == {RESPONSES}
    assert {key >> 48 for key in prisoners} == {PRISONERS}
    assert {key >> 48 for key in arrests} == {FIELD_ARRESTS}
    assert {key >> 48 for key in people} == {PEOPLE}
    assert {key >> 48 for key in places} == {PLACE_DAYS}
    assert {key >> 48 for key in offices} == {OFFICE_DAYS}
    series = (bookings, places, offices, arrests, people, responses, prisoners)
    assert len({key for keys in series for key in keys}) == sum(len(keys) for keys in series)


def test_keys_are_distinct_over_whole_ranges() -> None:
    """Every booking of fifty places on fifty days has its own stream, under one seed and under two."""
    streams = {int(stream_of(np.uint64(seed), key)) for seed in (1, 2) for key in KEYS[:, ::5, ::4].ravel()}
    assert len(streams) == 2 * KEYS[:, ::5, ::4].size


def test_institutions_have_streams_of_their_own() -> None:
    """Seed, kind, number and day each matter, and no institution shares its stream with a booking of that number."""
    streams = [
        int(institution_stream(seed, kind, number, day))
        for seed in (1, 2)
        for kind in range(4)
        for number in (0, 1, 6_037, LAST_FIPS)
        for day in (0, FIRST_DAY, LAST_DAY)
    ]
    assert len(set(streams)) == len(streams)
    assert int(institution_stream(1, 3, 6_037, FIRST_DAY)) == int(
        stream_of(np.uint64(1), np.uint64(6_037 | FIRST_DAY << 17 | 3 << 40 | INSTITUTIONS << 48))
    )
    assert int(institution_stream(1, 0, 6_037, FIRST_DAY)) != int(
        stream_of(np.uint64(1), np.uint64(booking_key(6_037, FIRST_DAY, 0)))
    )


def test_purposes_are_distinct() -> None:
    """No two purposes share a number, and the second draw of a count (the next purpose) belongs to nothing else."""
    values = [purpose.value for purpose in Draw.__members__.values()]
    assert len(set(values)) == len(values) == len(Draw)
    assert Draw.COUNT.value + 1 not in values
    assert Draw.FIELD_COUNT.value + 1 not in values
    assert Draw.STOCK.value + 1 not in values
    assert Draw.RESPONSE_COUNT.value + 1 not in values
