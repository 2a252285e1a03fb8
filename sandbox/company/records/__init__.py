"""What the company keeps in memory: its partners, parts, documents and journals.

Units are those of `amounts`: cents, unit costs in hundred-thousandths, quantities in hundredths,
rates in hundred-millionths.
"""
