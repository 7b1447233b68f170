import type { XMLKind } from '../../src/xml/index.ts';

/** A domain with many parts, in libvirt's own formatting. */
export const domainDocument = `<domain type='kvm' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>web-1</name>
  <uuid>5b1fcd5b-2d28-4b6c-8b0a-5f8a1d9d7c11</uuid>
  <title>Shop &amp; till</title>
  <metadata>
    <app:owner xmlns:app='https://example.org/app' app:team='shop'>
      <app:since>2026</app:since>
    </app:owner>
  </metadata>
  <memory unit='MiB'>2048</memory>
  <currentMemory unit='MiB'>1024</currentMemory>
  <vcpu placement='static' current='1'>2</vcpu>
  <os firmware='efi'>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <firmware>
      <feature enabled='yes' name='secure-boot'/>
    </firmware>
    <boot dev='hd'/>
    <boot dev='network'/>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <cpu mode='host-passthrough' check='none'>
    <topology sockets='1' cores='2' threads='1'/>
    <feature policy='disable' name='svm'/>
  </cpu>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
    <timer name='hpet' present='no'/>
  </clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='/srv/images/web-1.qcow2'/>
      <backingStore type='file'>
        <format type='qcow2'/>
        <source file='/srv/images/base.qcow2'/>
        <backingStore/>
      </backingStore>
      <target dev='vda' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
    </disk>
    <disk type='network' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <source protocol='https' name='/images/install.iso'>
        <host name='mirror.example.org' port='443'/>
      </source>
      <target dev='sda' bus='sata'/>
      <readonly/>
    </disk>
    <controller type='scsi' index='0' model='virtio-scsi'/>
    <controller type='pci' index='1' model='pcie-root-port'>
      <model name='pcie-root-port'/>
      <target chassis='1' port='0x10'/>
    </controller>
    <interface type='network'>
      <mac address='52:54:00:6b:3c:58'/>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
    <serial type='pty'>
      <target port='0'/>
    </serial>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'>
      <listen type='address' address='127.0.0.1'/>
    </graphics>
    <video>
      <model type='virtio' heads='1' primary='yes'/>
    </video>
    <memballoon model='virtio'/>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-name'/>
    <qemu:arg value='a,b'/>
  </qemu:commandline>
</domain>
`;

/** A valid document of each kind. */
export const documents: Readonly<Record<XMLKind, string>> = {
  domain: domainDocument,
  device: "<interface type='bridge'>\n  <source bridge='br0'/>\n  <model type='virtio'/>\n</interface>\n",
  domainsnapshot: `<domainsnapshot>
  <name>before-upgrade</name>
  <description>All was well</description>
  <memory snapshot='no'/>
  <disks>
    <disk name='vda' snapshot='external'>
      <driver type='qcow2'/>
      <source file='/srv/images/web-1.before'/>
    </disk>
    <disk name='sda' snapshot='no'/>
  </disks>
</domainsnapshot>
`,
  domaincheckpoint: `<domaincheckpoint>
  <name>monday</name>
  <disks>
    <disk name='vda' checkpoint='bitmap'/>
  </disks>
</domaincheckpoint>
`,
  domainbackup: `<domainbackup mode='push'>
  <incremental>monday</incremental>
  <disks>
    <disk name='vda' type='file' backup='yes'>
      <driver type='qcow2'/>
      <target file='/srv/backup/vda'/>
    </disk>
  </disks>
</domainbackup>
`,
  domaincaps: `<domainCapabilities>
  <path>/usr/bin/qemu-system-x86_64</path>
  <domain>kvm</domain>
  <machine>pc-q35-7.2</machine>
  <arch>x86_64</arch>
  <vcpu max='288'/>
  <iothreads supported='yes'/>
  <cpu>
    <mode name='host-passthrough' supported='yes'/>
    <mode name='maximum' supported='no'/>
    <mode name='host-model' supported='no'/>
    <mode name='custom' supported='yes'>
      <model usable='no' vendor='Intel'>Cooperlake</model>
      <blockers model='Cooperlake'>
        <feature name='hle'/>
      </blockers>
      <model usable='yes' vendor='AMD'>EPYC</model>
    </mode>
  </cpu>
</domainCapabilities>
`,
  network: `<network>
  <name>lan</name>
  <uuid>0fd2ef1e-11d2-4c39-8ecb-0c0f4a2a7c1f</uuid>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <bridge name='virbr7' stp='on' delay='0'/>
  <ip address='10.7.0.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='10.7.0.2' end='10.7.0.254'/>
      <host mac='52:54:00:6b:3c:58' ip='10.7.0.9'/>
    </dhcp>
  </ip>
</network>
`,
  networkport: `<networkport>
  <uuid>2a5b3b6e-8a63-4e0b-b2b8-1f0a5d9b6c7d</uuid>
  <owner>
    <name>web-1</name>
    <uuid>5b1fcd5b-2d28-4b6c-8b0a-5f8a1d9d7c11</uuid>
  </owner>
  <mac address='52:54:00:6b:3c:58'/>
  <plug type='network' bridge='virbr7'/>
</networkport>
`,
  storagepool: `<pool type='logical'>
  <name>images</name>
  <source>
    <device path='/dev/vdb'/>
    <name>vg0</name>
    <format type='lvm2'/>
  </source>
  <target>
    <path>/dev/vg0</path>
    <permissions>
      <mode>0711</mode>
      <owner>0</owner>
      <group>0</group>
    </permissions>
  </target>
</pool>
`,
  storagevol: `<volume type='file'>
  <name>web-1.qcow2</name>
  <capacity unit='GiB'>20</capacity>
  <allocation unit='bytes'>196624</allocation>
  <target>
    <format type='qcow2'/>
    <compat>1.1</compat>
    <features>
      <lazy_refcounts/>
    </features>
  </target>
</volume>
`,
  storagepoolcaps: `<storagepoolCapabilities>
  <pool type='dir' supported='yes'>
    <volOptions>
      <defaultFormat type='raw'/>
      <enum name='targetFormatType'>
        <value>none</value>
        <value>raw</value>
      </enum>
    </volOptions>
  </pool>
</storagepoolCapabilities>
`,
  nodedev: `<device>
  <name>pci_0000_00_02_0</name>
  <path>/sys/devices/pci0000:00/0000:00:02.0</path>
  <parent>computer</parent>
  <capability type='pci'>
    <class>0x030000</class>
    <domain>0</domain>
    <bus>0</bus>
    <slot>2</slot>
    <function>0</function>
    <product id='0x1111'/>
    <vendor id='0x1234'/>
  </capability>
</device>
`,
  interface: `<interface type='ethernet' name='eth0'>
  <start mode='onboot'/>
  <protocol family='ipv4'>
    <dhcp/>
  </protocol>
</interface>
`,
  secret: `<secret ephemeral='no' private='yes'>
  <uuid>c1f11a6d-8c5d-4a3e-ac7a-4e171c5e0d4a</uuid>
  <description>passphrase of a volume</description>
  <usage type='volume'>
    <volume>/srv/images/web-1.qcow2</volume>
  </usage>
</secret>
`,
  nwfilter: `<filter name='only-web' chain='root'>
  <uuid>15b5d1f4-1b2c-4c3d-9e8f-7a6b5c4d3e2f</uuid>
  <rule action='accept' direction='in' priority='100'>
    <tcp dstportstart='80'/>
  </rule>
  <filterref filter='clean-traffic'/>
  <rule action='drop' direction='inout' priority='1000'>
    <all/>
  </rule>
</filter>
`,
  nwfilterbinding: `<filterbinding>
  <owner>
    <name>web-1</name>
    <uuid>5b1fcd5b-2d28-4b6c-8b0a-5f8a1d9d7c11</uuid>
  </owner>
  <portdev name='vnet0'/>
  <mac address='52:54:00:6b:3c:58'/>
  <filterref filter='only-web'>
    <parameter name='IP' value='10.7.0.9'/>
  </filterref>
</filterbinding>
`,
  capability: `<capabilities>
  <host>
    <uuid>7b55704c-29f4-11b2-a85c-9dc6ff50623f</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>EPYC</model>
    </cpu>
  </host>
  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <domain type='qemu'/>
      <domain type='kvm'/>
    </arch>
  </guest>
</capabilities>
`,
  cpu: `<cpu match='exact'>
  <model fallback='allow'>EPYC</model>
  <feature policy='require' name='aes'/>
</cpu>
`,
};
