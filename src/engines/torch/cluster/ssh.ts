import { type JobTemplate, torchrun } from './place.ts';

export const ssh: JobTemplate = {
  file: 'ssh.sh',
  about: '`sh ssh.sh HOST …`: this folder lies at the same path of every host; Ctrl-C ends it with its state',
  write: place => `#!/bin/sh
# sh ssh.sh HOST [HOST …]: the first host is the master. The folder lies at the same path of each of them.
set -eu
[ $# -gt 0 ] || { echo "usage: sh ssh.sh HOST [HOST ...]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
master=$1
nodes=$#
rank=0
waiting=
mkdir -p "$here/out"
rm -f "$here/out/stop"
stopping=
trap 'stopping=1; touch "$here/out/stop"' INT TERM
for host in "$@"; do
  ssh -tt "$host" "cd '$here' && OMP_NUM_THREADS=\${OMP_NUM_THREADS:-1} ${torchrun(place, '$nodes', '$rank', '$master')}" </dev/null &
  waiting="$waiting $!"
  rank=$((rank + 1))
done
status=0
for one in $waiting; do
  # A signal ends wait above 128, before the host has written its state.
  while stopping= code=0; wait "$one" || code=$?; [ "$stopping" ] && [ $code -gt 128 ]; do :; done
  [ $code -eq 0 ] || status=$code
done
exit $status
`,
};
