# Shared voice of the scripts: what is happening, and what to do when it cannot.
say() { printf '\033[1;34m==>\033[0m %s\n' "$*"; }
die() {
  printf '\033[1;31mxx>\033[0m %s\n' "$1" >&2
  shift
  for remedy in "$@"; do printf '    %s\n' "$remedy" >&2; done
  exit 1
}
as_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}
