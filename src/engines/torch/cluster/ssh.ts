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
for host in "$@"; do
  ssh -tt "$host" "cd '$here' && OMP_NUM_THREADS=\${OMP_NUM_THREADS:-1} ${torchrun(place, '$nodes', '$rank', '$master')}" </dev/null &
  waiting="$waiting $!"
  rank=$((rank + 1))
done
trap 'touch "$here/out/stop"' INT TERM
status=0
for one in $waiting; do wait "$one" || status=$?; done
exit $status
`,
};
