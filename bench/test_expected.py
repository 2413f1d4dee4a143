"""Tests of the comparison: python3 -m unittest discover bench"""

import copy
import unittest

from expected import differences

EXPECTED = {"clock in": {"calls": {"BatchGetItem": 1, "TransactWriteItems": 1}, "read_units": 7.5, "write_units": 14}}


class Differences(unittest.TestCase):
    def change(self, change):
        found = copy.deepcopy(EXPECTED)
        change(found)
        return differences(EXPECTED, found)

    def test_the_same_costs_are_no_difference(self):
        self.assertEqual(self.change(lambda found: None), ([], []))

    def test_an_added_call_has_grown(self):
        grown, changed = self.change(lambda found: found["clock in"]["calls"].update(GetItem=1))
        self.assertEqual((grown, changed), (["clock in: GetItem 0 -> 1"], []))

    def test_more_units_have_grown_and_fewer_have_changed(self):
        grown, changed = self.change(lambda found: found["clock in"].update(read_units=8, write_units=12))
        self.assertEqual((grown, changed), (["clock in: read units 7.5 -> 8"], ["clock in: write units 14 -> 12"]))

    def test_an_operation_must_be_in_the_file_and_measured(self):
        self.assertEqual(len(self.change(lambda found: found.update(other=found["clock in"]))[0]), 1)
        self.assertEqual(len(self.change(lambda found: found.pop("clock in"))[0]), 1)


if __name__ == "__main__":
    unittest.main()
