# SPDX-License-Identifier: AGPL-3.0-or-later
"""The checks of the house. A check is a function of a Tree that yields Offences."""
