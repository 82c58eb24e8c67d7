#!/usr/bin/env bash
# boot.sh ROOT GROUP: starts the systemd of the Debian in ROOT as the first process of namespaces of its own, in a
# control group of its own (GROUP), on this machine's network. What it sees of the kernel's settings
# is read-only. Ends when it is killed.
set -euo pipefail
root=$1 group=$2

controls=/sys/fs/cgroup
if [ -f "$controls/cgroup.controllers" ]; then hierarchies=('.'); else hierarchies=(systemd unified); fi
for hierarchy in "${hierarchies[@]}"; do
  mkdir -p "$controls/$hierarchy/$group"
  echo $$ >"$controls/$hierarchy/$group/cgroup.procs"
done

# A root that is pivoted to, not a chroot: in one, the kernel makes no user namespaces (PrivateUsers=).
# shellcheck disable=SC2016 # for the inner shell
exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup bash -euc '
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
if [ "$2" = . ]; then
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
  mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
  mkdir "$root/sys/fs/cgroup/systemd" "$root/sys/fs/cgroup/unified"
  mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
fi
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for name in null zero full random urandom tty; do
  touch "$root/dev/$name"
  mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
hostname oms-jira-test
cd "$root"
mkdir -p .before
pivot_root . .before
umount -l .before
exec /usr/bin/env -i container=oms-jira-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
' _ "$root" "${hierarchies[0]}"
