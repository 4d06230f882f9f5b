# Sourced by quickstart and run-tests: packages and builds. Nothing is run twice: a second start takes seconds.

say() { printf '\n== %s\n' "$*"; }

# What the programs are built from, what they run with, and what the scripts use.
packages="cmake g++ ninja-build ccache pkg-config qt6-base-dev qt6-httpserver-dev qt6-websockets-dev qt6-charts-dev libqt6opengl6-dev libqt6sql6-psql libhiredis-dev
    libexpected-dev librapidcheck-dev libsimdjson-dev libssl-dev libcurl4-openssl-dev libpq-dev libsystemd-dev prometheus-cpp-dev postgresql redis-server redis-tools curl ca-certificates util-linux libfaketime fonts-dejavu-core"

install_packages() { # further packages
    local missing="" as_root=""
    for package in $packages "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || as_root=sudo
    say "installing:$missing"
    $as_root apt-get update -q
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $missing
}

# The other side of the conformance tests: BullMQ's own client, both majors, pinned by their lock files.
install_interop() {
    local wanted=""
    command -v node >/dev/null && command -v npm >/dev/null || wanted="nodejs npm"
    command -v chromium >/dev/null || wanted="$wanted chromium"
    install_packages $wanted
    for major in 5 6; do
        local folder=tests/interop/bullmq$major
        [ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ] && continue
        say "installing BullMQ $major for the conformance tests"
        (cd $folder && npm install --no-save)
        touch $folder/node_modules/.package-lock.json
    done
}

build_preset() { # preset, target (all of them without one)
    say "building ($1)"
    [ -f "build/$1/build.ninja" ] || cmake --preset "$1"
    cmake --build "build/$1" --target "${2:-all}"
}
