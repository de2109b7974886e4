"""Prints what the bench modules left, and joins it in one file in test-output: python -m tests.bench.table"""

import json

from tests.bench.rows import FOLDER, QUICK

_MET = {True: "met", False: "MISSED", None: ""}


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}" if abs(value) < 0.1 else f"{value:.2f}"


def _target(row: dict[str, float | None]) -> str:
    if row["at_least"] is not None:
        return f">= {row['at_least']:g}"
    return "" if row["at_most"] is None else f"<= {row['at_most']:g}"


def main() -> None:
    """Join and print."""
    rows = [row for file in sorted(FOLDER.glob("*.json")) for row in json.loads(file.read_text())]
    joined = FOLDER.with_suffix(".json")
    joined.write_text(json.dumps(rows, indent=2) + "\n")
    subject = ""
    for row in rows:
        if row["subject"] != subject:
            subject = row["subject"]
            print(f"\n{subject}")
        value = f"{_number(row['value'])} {row['unit']}".strip()
        line = f"  {value:>14}  {_target(row):>9} {_MET[row['met']]:<6}  {row['name']}"
        print(f"{line}  ({row['detail']})" if row["detail"] else line)
    if QUICK:
        print("\nA quick run: its figures mean nothing.")
    print(f"\n{len(rows)} rows in {joined.parent.name}/{joined.name}")


if __name__ == "__main__":
    main()
