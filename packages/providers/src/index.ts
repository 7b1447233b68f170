/**
 * Drivers of the `Hypervisor` interface for public clouds. Each has an entry point of its own and loads its vendor's
 * SDK only when a driver is made: `@novacron/providers/aws`.
 *
 * @module
 */
export { ProviderError, type ProviderErrorOptions } from './error.ts';
