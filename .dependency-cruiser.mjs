/** Who may import whom. The picture of it is in docs/architecture.md. */
const packages = {
  core: [],
  'node-libvirt': [],
  hypervisor: ['core', 'node-libvirt'],
  providers: ['core', 'hypervisor'],
  monitoring: ['core'],
  ml: ['core'],
  analytics: ['core', 'ml', 'monitoring'],
};

const upward = Object.entries(packages).map(([name, allowed]) => ({
  name: `${name}-imports-only-below`,
  comment: `${name} may import ${allowed.join(', ') || 'no other package'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src` },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

const browserSafe = ['core/src', 'ml/src', 'analytics/src', 'monitoring/src', 'hypervisor/src', 'providers/src'];

export default {
  forbidden: [
    ...upward,
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(packages|examples|bench|lab|tools)/' },
      to: { circular: true },
    },
    {
      name: 'no-deep-imports',
      comment: 'Another package is imported by its name and entry points',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', '/src/index\\.ts$', '/src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'libvirt-only-in-its-driver',
      severity: 'error',
      from: { path: '^packages/hypervisor/src', pathNot: '^packages/hypervisor/src/libvirt/' },
      to: { path: '^packages/node-libvirt/' },
    },
    {
      name: 'node-modules-only-where-they-belong',
      comment: 'core, ml, analytics and the engines run in a browser too; node: stands in drivers, host and sqlite',
      severity: 'error',
      from: {
        path: `^packages/(${browserSafe.join('|')})`,
        pathNot: [
          '^packages/hypervisor/src/(libvirt|library|middleware)/',
          '^packages/providers/src/[^/]+/',
          '^packages/monitoring/src/(host|sqlite)/',
          '^packages/monitoring/src/http/listen.ts$',
        ],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'rxjs-only-in-streams',
      severity: 'error',
      from: { path: '^packages/monitoring/src', pathNot: '^packages/monitoring/src/(stream|operators)/' },
      to: { path: 'node_modules/rxjs' },
    },
    {
      name: 'vitest-only-in-testing',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: '^packages/[^/]+/src/testing/' },
      to: { path: 'node_modules/vitest' },
    },
    {
      name: 'no-test-in-source',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { path: '(^|/)test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.tsbuild|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.all.json' },
    enhancedResolveOptions: { conditionNames: ['@novacron/source', 'import', 'default'], exportsFields: ['exports'] },
  },
};
