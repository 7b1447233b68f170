import { NovaError, type ErrorKind } from '@novacron/core';
import { HypervisorError } from '@novacron/hypervisor';

/** EC2's error codes by kind; a `*` at the end stands for any rest. */
const codesByKind: readonly (readonly [ErrorKind, readonly string[]])[] = [
  ['not-found', ['InvalidInstanceID.NotFound']],
  [
    'conflict',
    [
      'IncorrectInstanceState',
      'IncorrectState',
      'IdempotentParameterMismatch',
      'OperationNotPermitted',
      'IdempotentInstanceTerminated',
    ],
  ],
  [
    'auth-expired',
    [
      'AuthFailure',
      'RequestExpired',
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidClientTokenId',
      'CredentialsProviderError',
    ],
  ],
  ['permission', ['UnauthorizedOperation', 'AccessDenied', 'Blocked', 'OptInRequired', 'PendingVerification']],
  [
    'quota',
    [
      'InstanceLimitExceeded',
      'VcpuLimitExceeded',
      'MaxSpotInstanceCountExceeded',
      'ResourceCountExceeded',
      'AddressLimitExceeded',
      'VolumeLimitExceeded',
    ],
  ],
  [
    'capacity',
    [
      'InsufficientInstanceCapacity',
      'InsufficientHostCapacity',
      'InsufficientCapacity',
      'InsufficientFreeAddressesInSubnet',
    ],
  ],
  [
    'throttled',
    ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'EC2ThrottledException', 'TooManyRequestsException'],
  ],
  ['unsupported', ['Unsupported', 'UnsupportedOperation', 'UnsupportedHibernationConfiguration']],
  ['timeout', ['TimeoutError']],
  [
    'unavailable',
    [
      'InternalError',
      'InternalFailure',
      'ServiceUnavailable',
      'Unavailable',
      'ECONNREFUSED',
      'ECONNRESET',
      'ENOTFOUND',
      'EPIPE',
    ],
  ],
  [
    'invalid',
    [
      'Invalid*',
      'MissingParameter',
      'UnknownParameter',
      'MalformedQueryString',
      'ValidationError',
      'VPCIdNotSpecified',
      'InvalidParameter*',
    ],
  ],
];

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * An error of the SDK in the common vocabulary; the original is its cause, EC2's code stands in `details.awsCode`.
 * NovaCron's own errors pass as they are.
 *
 * @param error - What was thrown.
 * @param vm - The machine it was about.
 */
export function mapError(error: unknown, vm?: string): NovaError {
  if (NovaError.isInstance(error)) return error;
  const { name = 'Error', code, message = String(error), $metadata } = (error ?? {}) as SdkError;
  const status = $metadata?.httpStatusCode;
  const kind = kindOf(name) ?? kindOf(code) ?? kindOfStatus(status);
  return new HypervisorError({
    kind,
    message: `EC2: ${message}`,
    cause: error,
    details: {
      awsCode: name,
      ...(vm === undefined ? {} : { vm }),
      ...($metadata?.requestId === undefined ? {} : { requestId: $metadata.requestId }),
    },
  });
}

function kindOf(code: string | undefined): ErrorKind | undefined {
  if (code === undefined) return undefined;
  const matches = (pattern: string): boolean =>
    pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
  return codesByKind.find(([, codes]) => codes.some(matches))?.[0];
}

function kindOfStatus(status: number | undefined): ErrorKind {
  if (status === undefined) return 'internal';
  if (status === 429) return 'throttled';
  if (status >= 500) return 'unavailable';
  return status === 401 || status === 403 ? 'permission' : 'invalid';
}
