#!/usr/bin/env bash
# Every form of a report is as tests/golden/ has it, is read by a program that is not ours, whatever
# servers and names say, and stays within limits for a large fleet.
#
#   forms.sh PRINT_FORMS ROOT            (PRINT_FORMS: tests/support/print_forms.c)
#   forms.sh PRINT_FORMS ROOT --update   writes tests/golden/ again
set -euo pipefail

here=$(dirname "$0")
print=$1
golden=$2/tests/golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

check() { # check NAME COMMAND...: the command has to end well
    local name=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        head -40 "$work/said"
        failed=1
    fi
}

declare -A end=([junit]=xml [markdown]=md [metrics]=prom [tap]=tap [html]=html [ndjson]=ndjson)
for form in "${!end[@]}"; do
    for fleet in small hostile large rehearsal refused; do
        "$print" "$form" "$fleet" >"$work/$fleet.${end[$form]}" || failed=1
    done
    [ "${3:-}" != --update ] || cp "$work/small.${end[$form]}" "$golden/report.${end[$form]}"
    check "$form is as it was" diff -u "$golden/report.${end[$form]}" "$work/small.${end[$form]}"
    [ "${3:-}" != --update ] || cp "$work/rehearsal.${end[$form]}" "$golden/rehearsal.${end[$form]}"
    check "$form of a rehearsal is as it was" \
        diff -u "$golden/rehearsal.${end[$form]}" "$work/rehearsal.${end[$form]}"
done

for fleet in small hostile large rehearsal refused; do
    check "junit $fleet" /usr/bin/python3 "$here/forms.py" junit "$work/$fleet.xml"
    check "junit $fleet is well-formed" xmllint --noout "$work/$fleet.xml"
    check "metrics $fleet" /usr/bin/python3 "$here/forms.py" metrics "$work/$fleet.prom"
    check "html $fleet" /usr/bin/python3 "$here/forms.py" html "$work/$fleet.html"
    check "markdown $fleet" /usr/bin/python3 "$here/forms.py" markdown "$work/$fleet.md"
    check "ndjson $fleet" /usr/bin/python3 "$here/forms.py" ndjson "$work/$fleet.ndjson"
    # shellcheck disable=SC2016 # Perl's variables
    check "tap $fleet" perl -MTAP::Parser -e '
        my ($file, $fleet) = @ARGV;
        my $p = TAP::Parser->new({source => $file});
        $p->run;
        exit 0 if $fleet eq "refused" && grep { /Bail out!/ } do { open my $in, "<", $file; <$in> };
        die join("\n", $p->parse_errors) if $p->parse_errors;
        die "no tests" unless $p->tests_run;
        die "wrong: " . $p->failed if $fleet eq "small" && ($p->failed != 3 || $p->skipped != 1);
        die "stolen" if $fleet eq "hostile" && ($p->failed != 2 || $p->skipped != 1);
        die "wrong: " . $p->failed if $fleet eq "rehearsal" && $p->failed != 2;
    ' "$work/$fleet.tap" "$fleet"
done
for fleet in vast rollout; do
    "$print" html "$fleet" >"$work/$fleet.html" || failed=1
    check "html $fleet" /usr/bin/python3 "$here/forms.py" html "$work/$fleet.html"
done
exit "$failed"
