"""Benchmarks: this project, its peers and the floor, measured in one run on one machine.

A module of this package takes part when it has

* `TITLE`: one line, what is measured;
* `measure()`: an iterator of `bench.results.Measure`, one per case and contender, each as soon
  as it is known;
* `GOALS` (may be absent): `bench.results.Goal`s, the ratios that must hold.

Figures of different machines, or of different runs, are never compared: only ratios inside one
run count.
"""
