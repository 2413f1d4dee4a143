# Starts local stacks for checks. Is sourced by other scripts, and sets `work`, a folder that is removed at the end:
#
#   . scripts/start-stack.sh
#   start_stack --ephemeral      # sets ROLLCALL_URL
#
# The stack is the one that `cargo test --workspace` builds.

work=$(mktemp -d)
stack=
stop_stack() {
    [ -n "$stack" ] || return 0
    kill "$stack" 2>/dev/null || true
    wait "$stack" 2>/dev/null || true
    stack=
}
trap 'stop_stack; rm -rf "$work"' EXIT

# Selects the same packages as `cargo test --workspace`, so that nothing is built twice.
build_stack() {
    cargo test --quiet --workspace --test stack --no-run
    rollcall=${CARGO_TARGET_DIR:-target}/debug/rollcall
}

# Starts a stack with these options, on free ports if they name none, in place of an earlier one. Waits at most five minutes for
# the demo company, and sets ROLLCALL_URL.
start_stack() {
    stop_stack
    case " $* " in *" --port "*) ;; *) set -- --port 0 "$@" ;; esac
    # Without the address of the stack before it, which may still be there when the first line is read.
    : >"$work/stdout"
    "$rollcall" "$@" >"$work/stdout" 2>"$work/stderr" &
    stack=$!
    for _ in $(seq 3000); do
        ROLLCALL_URL=$(sed -n 's/^  API  *//p' "$work/stdout")
        if [ -n "$ROLLCALL_URL" ]; then
            export ROLLCALL_URL
            return
        fi
        if ! kill -0 "$stack" 2>/dev/null; then
            cat "$work/stderr" >&2
            exit 1
        fi
        sleep 0.1
    done
    echo "The local stack didn't start within five minutes." >&2
    exit 1
}
