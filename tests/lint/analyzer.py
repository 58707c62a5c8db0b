#!/usr/bin/python3
"""analyzer.py ROOT BUILD [--all]: as tidy.py, with the checks of clang's analyzer too. Takes minutes:
`scripts/sweep --lints` runs it. What every change has to pass is gcc's, in the build `strict`.
"""

import answers
import tidy

if __name__ == "__main__":
    answers.main("analyzer", tidy.settings, tidy.ask)
