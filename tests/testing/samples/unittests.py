"""Tests that need no pytest, as `python -m unittest` runs them."""

import unittest

import app


class Sessions(unittest.TestCase):
    def setUp(self) -> None:
        self.world = self.enterContext(app.world(scenario="empty", seed=3))

    def test_the_world_is_private(self) -> None:
        self.assertEqual(self.world.seed, 3)  # noqa: PT009 - unittest's own way
        self.assertEqual(self.world.clock.speed, 0)  # noqa: PT009 - the same
        self.assertEqual(self.world.charge.get("/charging_sessions").status_code, 200)  # noqa: PT009 - the same

    def test_worlds_are_other_ones(self) -> None:
        with app.world(scenario="empty", seed=3) as other:
            self.assertNotEqual(other.name, self.world.name)  # noqa: PT009 - unittest's own way
