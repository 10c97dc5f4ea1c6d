#!/bin/sh
# Builds the module and the program, and runs them in a virtual machine: ./run.sh KERNEL_TREE
set -eu
tree=${1:?the folder of a built kernel tree}
cd "$(dirname "$0")"
here=$PWD
make -C "$tree" M="$here" modules
make reproducer
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/dev"
cp reproducer "$root/init"
cp hold.ko "$tree/lib/test_hmm.ko" "$root"
(cd "$root" && find . | cpio --quiet -o -H newc | gzip) >initramfs
qemu-system-x86_64 -accel tcg,thread=multi -smp 2 -m 512M -nodefaults -display none -no-reboot \
	-serial file:console -serial stdio -kernel "$tree/arch/x86/boot/bzImage" -initrd initramfs \
	-append 'console=ttyS0 panic=-1 oops=panic no_timer_check'
echo "What the kernel said:"
grep -A30 -E 'BUG|WARNING|Oops|Bad page|general protection' console || echo "nothing"
