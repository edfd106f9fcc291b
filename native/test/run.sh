#!/usr/bin/env bash
# run.sh PROGRAM…: runs each test program and sums their last lines, `N passed, N failed`. One that dies, or that a sanitizer
# stops, counts as one failure. Where an assertion failed, which may have judged how busy the machine was, the program runs
# again at the end: it is `unstable`, and fails nothing, once it has passed twice.
set -uo pipefail
passed=0
failed=0
again=()

# run PROGRAM: what it prints; sets `counted`, whether its own count was there, and `p` and `f`.
run() {
  local output status=0
  output=$("$1" 2>&1) || status=$?
  printf '== %s\n%s\n' "${1##*/}" "$output"
  if [[ ${output##*$'\n'} =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    counted=yes p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]}
  else
    counted='' p=0 f=0
  fi
  if [[ $status -ne 0 && $f -eq 0 ]]; then
    counted='' f=1
    printf '%s ended with status %d\n' "${1##*/}" "$status"
  fi
}

for program in "$@"; do
  run "$program"
  if [[ $f -gt 0 && -n $counted ]]; then
    again+=("$program")
  else
    passed=$((passed + p)) failed=$((failed + f))
  fi
done

for program in "${again[@]}"; do
  run "$program"
  [[ $f -eq 0 ]] && run "$program"
  [[ $f -eq 0 ]] && printf 'unstable: %s failed, and passed twice when it ran again\n' "${program##*/}"
  passed=$((passed + p)) failed=$((failed + f))
done

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
