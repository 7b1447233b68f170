import { osPreset, osNames } from '../os-presets.ts';
import { isRecord, shown, type Checks, type Unchecked } from './checks.ts';

const patchActions = ['set-attributes', 'set-text', 'append', 'prepend', 'replace', 'remove'];

/** Looks at what the machine boots, and what it is told then. */
export function checkBoot(spec: Unchecked, checks: Checks): void {
  const { os, machine, directBoot, bootOrder, onCrash } = spec;
  checks.check(
    os === undefined || (typeof os === 'string' && osPreset(os) !== undefined),
    'os',
    `is not known: ${shown(os)}`,
    `use one of ${osNames.join(', ')}, with a version behind it: debian12`,
  );
  checks.check(
    machine === undefined || (typeof machine === 'string' && /^[\w.-]+$/.test(machine)),
    'machine',
    'must name a kind of mainboard',
  );
  checkFirmware(checks.record(spec['firmware'], 'firmware'), checks);
  checkDirectBoot(checks.record(directBoot, 'directBoot'), checks);
  const order = checks.list(bootOrder, 'bootOrder');
  for (const [index, each] of order.entries())
    checks.choice(each ?? null, ['disk', 'cdrom', 'network'], `bootOrder[${index}]`);
  checks.unique(order, (index) => `bootOrder[${index}]`, 'the device');
  checks.choice(onCrash, ['destroy', 'restart', 'preserve', 'coredump-destroy', 'coredump-restart'], 'onCrash');
  checkCloudInit(checks.record(spec['cloudInit'], 'cloudInit'), checks);
  checks.records(spec['xmlPatches'], 'xmlPatches', (patch, path) => checkPatch(patch, path, checks));
}

function checkFirmware(firmware: Unchecked | undefined, checks: Checks): void {
  if (firmware === undefined) return;
  checks.choice(firmware['type'], ['bios', 'uefi'], 'firmware.type');
  checks.flag(firmware['secureBoot'], 'firmware.secureBoot');
  checks.check(
    !(firmware['secureBoot'] === true && firmware['type'] === 'bios'),
    'firmware.secureBoot',
    'needs UEFI',
    "set firmware.type to 'uefi'",
  );
}

function checkDirectBoot(directBoot: Unchecked | undefined, checks: Checks): void {
  if (directBoot === undefined) return;
  const { kernel, initrd, commandLine } = directBoot;
  checks.text(kernel, 'directBoot.kernel', 'must be the path of a kernel');
  if (initrd !== undefined) checks.text(initrd, 'directBoot.initrd', 'must be the path of an initial RAM disk');
  checks.optionalText(commandLine, 'directBoot.commandLine');
}

function checkCloudInit(cloudInit: Unchecked | undefined, checks: Checks): void {
  if (cloudInit === undefined) return;
  const { pool, hostname, user, sshKeys, passwordHash, packages, commands, userData, networkConfig } = cloudInit;
  checks.name(pool, 'cloudInit.pool');
  checks.check(
    hostname === undefined ||
      (typeof hostname === 'string' && /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(hostname)),
    'cloudInit.hostname',
    'must be letters, digits, hyphens and dots',
  );
  checks.check(
    user === undefined || (typeof user === 'string' && /^[a-z_][a-z0-9_-]{0,31}$/.test(user)),
    'cloudInit.user',
    'must be 1 to 32 lower-case letters, digits, hyphens or underscores, beginning with a letter',
  );
  checks.check(
    passwordHash === undefined || (typeof passwordHash === 'string' && /^\$[\w$./=,-]+$/.test(passwordHash)),
    'cloudInit.passwordHash',
    'must be in the form of crypt(3), never the password itself',
    'make it with: openssl passwd -6',
  );
  for (const [field, list] of Object.entries({ sshKeys, packages })) {
    for (const [index, each] of checks.list(list, `cloudInit.${field}`).entries()) {
      const holds = typeof each === 'string' && each !== '' && !/[\r\n]/.test(each);
      checks.check(holds, `cloudInit.${field}[${index}]`, 'must be one line of text');
    }
  }
  for (const [index, words] of checks.list(commands, 'cloudInit.commands').entries()) {
    const holds = Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string');
    checks.check(holds, `cloudInit.commands[${index}]`, 'must be a list of words');
  }
  for (const [field, text] of Object.entries({ userData, networkConfig })) {
    checks.check(text === undefined || typeof text === 'string', `cloudInit.${field}`, 'must be text');
  }
  const others = [user, sshKeys, passwordHash, packages, commands].some((each) => each !== undefined);
  checks.check(
    userData === undefined || !others,
    'cloudInit.userData',
    'stands in place of user, sshKeys, passwordHash, packages and commands',
    'write them into userData',
  );
}

function checkPatch(patch: Unchecked, path: string, checks: Checks): void {
  const { action, select, attributes, text, xml } = patch;
  checks.choice(action ?? null, patchActions, `${path}.action`);
  checks.check(
    typeof select === 'string' && select.startsWith('/'),
    `${path}.select`,
    `must be a path from the root, not ${shown(select)}`,
    'begin it with /domain',
  );
  if (action === 'set-attributes') {
    const values = isRecord(attributes) ? Object.values(attributes) : [0];
    const holds = values.every((value) => value === undefined || typeof value === 'string');
    checks.check(holds, `${path}.attributes`, 'must be an object of texts');
  }
  if (action === 'set-text') checks.check(typeof text === 'string', `${path}.text`, 'must be text');
  if (action === 'append' || action === 'prepend' || action === 'replace')
    checks.text(xml, `${path}.xml`, 'must be an element');
}
