#!/bin/bash
# Builds a tiny Linux guest from Debian packages: the cloud kernel and a busybox initramfs with virtio drivers, ACPI
# shutdown, DHCP and qemu-guest-agent. It boots in about 4 s without KVM. Usage: guest.sh DIRECTORY
set -eu
out=$1
work=$out/work
rm -rf "$work"
kernel=$work/kernel
mkdir -p "$work"
cd "$work"

package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
apt-get -o APT::Sandbox::User=root download -qq "$package" qemu-guest-agent
for deb in linux-image-*.deb; do dpkg-deb -x "$deb" kernel; done
dpkg-deb -x qemu-guest-agent*.deb agent
version=$(ls "$kernel/lib/modules" | head -1)
depmod -b "$kernel" "$version"

root=$work/root
mkdir -p "$root"/{bin,sbin,proc,sys,dev,etc/acpi/PWRF,lib/m,tmp,run,var,mnt,usr/bin,usr/sbin,usr/local/var/run}
cp /bin/busybox "$root/bin/busybox"
for applet in $(/bin/busybox --list); do [ "$applet" = busybox ] || ln -sf /bin/busybox "$root/bin/$applet"; done

: > "$root/lib/m/order"
add_module() { # with all that it needs, in the order of loading
  local line file base
  line=$(grep -E "/$1\.ko:" "$kernel/lib/modules/$version/modules.dep" | head -1)
  [ -n "$line" ] || return 0 # built into the kernel
  for file in $(echo "${line#*:}" | tr ' ' '\n' | tac) "${line%%:*}"; do
    base=$(basename "$file")
    grep -qx "$base" "$root/lib/m/order" && continue
    cp "$kernel/lib/modules/$version/$file" "$root/lib/m/"
    echo "$base" >> "$root/lib/m/order"
  done
}
for module in virtio virtio_ring virtio_pci virtio_blk virtio_net virtio_console virtio_balloon virtio-rng evdev button \
  isofs sr_mod cdrom virtio_scsi sd_mod af_packet; do add_module "$module"; done

cat > "$root/init" <<'INIT'
#!/bin/busybox sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
ln -sfn /run /var/run
for module in $(cat /lib/m/order); do insmod "/lib/m/$module" 2>/dev/null; done
hostname tiny
ip link set lo up
for link in /sys/class/net/eth*; do
  [ -e "$link" ] || continue
  ip link set "${link##*/}" up
  udhcpc -i "${link##*/}" -b -q -S -t 3 -T 1 -s /etc/udhcpc.sh >/dev/null 2>&1 &
done
acpid -d -l /dev/null >/dev/null 2>&1 &
for port in /sys/class/virtio-ports/*; do
  [ -e "$port" ] || continue
  mkdir -p /dev/virtio-ports
  ln -sf "/dev/${port##*/}" "/dev/virtio-ports/$(cat "$port/name")"
done
if [ -e /dev/virtio-ports/org.qemu.guest_agent.0 ]; then
  qemu-ga -m virtio-serial -p /dev/virtio-ports/org.qemu.guest_agent.0 -t /run -l /run/qga.log >/dev/null 2>&1 &
fi
echo "BOOTED $(cat /proc/uptime)"
if grep -q busy /proc/cmdline; then ( while :; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 1; done ) & fi
while :; do setsid cttyhack sh </dev/console >/dev/console 2>&1 || sleep 5; done
INIT
printf '#!/bin/sh\necho ACPI-POWER > /dev/console\nsync\npoweroff -f\n' > "$root/etc/acpi/PWRF/00000080"
cat > "$root/etc/udhcpc.sh" <<'DHCP'
#!/bin/sh
case $1 in
bound | renew)
  ip addr flush dev "$interface"
  ip addr add "$ip/${mask:-24}" dev "$interface"
  [ -n "$router" ] && ip route add default via "$router" dev "$interface"
  echo "DHCP $interface $ip" > /dev/console
  ;;
esac
DHCP
for command in poweroff reboot halt; do
  rm -f "$root/bin/$command"
  printf '#!/bin/sh\nexec /bin/busybox %s -f\n' "$command" > "$root/bin/$command"
  chmod +x "$root/bin/$command"
  ln -sf "/bin/$command" "$root/sbin/$command"
done
printf '#!/bin/sh\ncase "$*" in *-r*) exec /bin/busybox reboot -f ;; *) exec /bin/busybox poweroff -f ;; esac\n' > "$root/sbin/shutdown"
chmod +x "$root/init" "$root/etc/udhcpc.sh" "$root/etc/acpi/PWRF/00000080" "$root/sbin/shutdown"

cp agent/usr/sbin/qemu-ga "$root/usr/sbin/qemu-ga"
for library in $(ldd agent/usr/sbin/qemu-ga | grep -oE '/[^ ]+\.so[^ ]*'); do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
(cd "$root" && find . | cpio -o -H newc 2> /dev/null | gzip -1 > "$out/initrd.gz")
cp "$kernel/boot/vmlinuz-$version" "$out/vmlinuz"
rm -rf "$work"
