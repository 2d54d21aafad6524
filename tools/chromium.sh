#!/bin/sh
# Prints where this machine has Chromium or Chrome, else says why there is none and fails.
# With --install it is first fetched from the distribution, where that can be done without asking anybody.
set -u

found() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt() { # a package index that does not answer must not hold up the tests for long
  as_root timeout 600 env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o Acquire::http::Timeout=20 \
    -o Acquire::https::Timeout=20 -o DPkg::Lock::Timeout=120 "$@" < /dev/null
}

found && exit
if [ "${1:-}" != --install ]; then
  echo "there is no chromium and no google-chrome in PATH; 'make chromium' installs one, or says why not" >&2
elif ! command -v apt-get > /dev/null; then
  echo "No Chromium: install chromium or google-chrome for the tests in a browser (there is no apt-get here)." >&2
elif ! as_root true 2> /dev/null; then
  echo "No Chromium: install it for the tests in a browser ('sudo apt-get install chromium')." >&2
else
  echo "Installing Chromium for the tests in a browser." >&2
  if log=$({ apt update && apt install -y --no-install-recommends chromium; } 2>&1) && found; then exit; fi
  printf '%s\n' "$log" "No Chromium: apt-get could not install it." >&2
fi
exit 1
