# shellcheck shell=bash disable=SC2034 # `failed` is read by the script that reads this
# How tests in shell say what they found. At the end: exit $failed.

failed=0

check() { # check NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        echo "ok      $1"
    else
        printf 'FAILED  %s: expected\n%s\n        got\n%s\n' "$1" "$2" "$3"
        failed=1
    fi
}

# like NAME PATTERN ACTUAL
like() {
    # shellcheck disable=SC2053 # a pattern it is
    if [[ $3 == $2 ]]; then
        echo "ok      $1"
    else
        printf 'FAILED  %s: nothing like\n%s\n        in\n%s\n' "$1" "$2" "$3"
        failed=1
    fi
}
