"""Executors: every task handed over once, in this process or in others, whatever becomes of a worker."""

from __future__ import annotations

import os
from concurrent.futures import Executor

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.experiment.executors import SerialExecutor, WorkerDied, completed, worker_count


def square(number: int) -> int:
    return number * number


def square_or_die(number: int) -> int:
    if number == 5:
        os._exit(1)
    return number * number


def refuse(number: int) -> int:
    raise ArithmeticError(f"not {number}")


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_once(workers: int) -> None:
    assert sorted(completed(square, range(20), workers)) == [(n, n * n) for n in range(20)]


def test_serial_keeps_the_order() -> None:
    assert [task for task, _ in completed(square, (3, 1, 2))] == [3, 1, 2]


def test_no_tasks_start_nothing() -> None:
    assert list(completed(square, (), workers=2)) == []


def test_dead_worker_costs_only_its_own_task() -> None:
    found = dict(completed(square_or_die, range(10), workers=2))
    assert isinstance(found.pop(5), WorkerDied)
    assert found == {n: n * n for n in range(10) if n != 5}


@pytest.mark.parametrize("workers", [1, 2])
def test_exception_ends_the_iteration(workers: int) -> None:
    with pytest.raises(ArithmeticError, match="not 0"):
        list(completed(refuse, (0,), workers))


def test_serial_executor_is_an_executor() -> None:
    with SerialExecutor() as executor:
        assert isinstance(executor, Executor)
        assert list(executor.map(square, (1, 2, 3))) == [1, 4, 9]
        assert isinstance(executor.submit(refuse, 1).exception(), ArithmeticError)


def test_interrupt_is_not_kept_in_a_future() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SerialExecutor().submit(interrupt)


def test_worker_count() -> None:
    assert worker_count(8, 3) == 3
    assert worker_count(1, 100) == 1
    assert worker_count(None, 100) >= 1
    assert worker_count(4, 0) == 1
    with pytest.raises(InputError):
        worker_count(0, 1)
