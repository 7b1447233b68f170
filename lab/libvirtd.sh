#!/bin/bash
# Starts libvirtd, virtlogd and virtlockd in a private mount namespace and in the lab's network namespace, so that neither
# the machine's own libvirt nor its network is touched.
# Usage: libvirtd.sh DIRECTORY HOLDER (DIRECTORY is absolute, everything is written below it; HOLDER is a process in the
# network namespace). DIRECTORY may have extra.conf (more lines of libvirtd.conf), arguments (of libvirtd) and prepare.sh
# (run in the namespaces before libvirtd).
set -eu
directory=$1

if [ "$2" != inside ]; then
  for part in etc run lib log cache sock; do mkdir -p "$directory/$part"; done
  mkdir -p "$directory/lib/images" "$directory/lib/qemu"
  chown -R libvirt-qemu:libvirt-qemu "$directory/lib/qemu"
  chmod 700 "$directory/sock"
  [ -e "$directory/etc/qemu" ] || cp -a /etc/libvirt/. "$directory/etc/"
  rm -rf "$directory/etc/qemu/networks/autostart" "$directory"/etc/qemu/*.xml
  [ -e "$directory/uuid" ] || cat /proc/sys/kernel/random/uuid > "$directory/uuid"
  cat > "$directory/etc/libvirtd.conf" <<CONF
host_uuid = "$(cat "$directory/uuid")"
log_outputs = "3:file:$directory/log/libvirtd.log"
CONF
  if [ -e "$directory/extra.conf" ]; then
    cat "$directory/extra.conf" >> "$directory/etc/libvirtd.conf"
  else
    cat >> "$directory/etc/libvirtd.conf" <<CONF
unix_sock_dir = "$directory/sock"
unix_sock_group = "root"
unix_sock_rw_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
CONF
  fi
  # Guests stay in the lab's own namespaces, where "down" finds them, and migrate over its own address.
  cat > "$directory/etc/qemu.conf" <<CONF
cgroup_controllers = [ ]
security_driver = "none"
namespaces = [ ]
migration_host = "192.168.189.1"
CONF
  # A guest named slow-SECONDS-... keeps its starter waiting for so long.
  mkdir -p "$directory/etc/hooks"
  cat > "$directory/etc/hooks/qemu" <<'HOOK'
#!/bin/sh
case "$1/$2" in slow-*/prepare) rest=${1#slow-}; sleep "${rest%%-*}" ;; esac
HOOK
  chmod 755 "$directory/etc/hooks/qemu"
  exec nsenter --net="/proc/$2/ns/net" unshare --mount bash "$0" "$directory" inside \
    > "$directory/log/out" 2>&1 < /dev/null
fi

mount --make-rprivate /
# Nothing of the machine's own daemons is to be reached: not its libvirt, not its D-Bus.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 1777 /run/lock # QEMU's driver locks consoles there
for pair in etc:/etc/libvirt lib:/var/lib/libvirt log:/var/log/libvirt cache:/var/cache/libvirt run:/run/libvirt; do
  mkdir -p "${pair#*:}"
  mount --bind "$directory/${pair%%:*}" "${pair#*:}"
done

# A /dev/kvm that root can open and the guests' user can't makes libvirt probe QEMU again, for 4 s, at every start.
if [ -e /dev/kvm ] && ! setpriv --reuid libvirt-qemu --clear-groups test -w /dev/kvm; then
  mkdir -p "$directory/dev"
  mount -t tmpfs -o mode=755 tmpfs "$directory/dev"
  for node in null zero full random urandom tty; do cp -a "/dev/$node" "$directory/dev/"; done
  cp -a /dev/fd /dev/stdin /dev/stdout /dev/stderr "$directory/dev/" 2> /dev/null || true
  mkdir -p "$directory/dev/pts" "$directory/dev/shm" "$directory/dev/net"
  mount --rbind /dev/pts "$directory/dev/pts"
  mount --rbind /dev/shm "$directory/dev/shm"
  mknod "$directory/dev/ptmx" c 5 2
  mknod "$directory/dev/net/tun" c 10 200
  chmod 666 "$directory/dev/ptmx" "$directory/dev/net/tun"
  for point in shm pts; do while umount -l "/dev/$point" 2> /dev/null; do :; done; done
  mount --move "$directory/dev" /dev
fi

readlink /proc/self/ns/mnt > "$directory/mount-namespace"
if [ -e "$directory/prepare.sh" ]; then . "$directory/prepare.sh"; fi
virtlogd -d -p /run/libvirt/virtlogd.pid
virtlockd -d -p /run/libvirt/virtlockd.pid
echo $$ > "$directory/pid"
exec libvirtd -p /run/libvirt/libvirtd.pid $(cat "$directory/arguments" 2> /dev/null)
