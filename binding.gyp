# Everything below native/ except its tests. A file whose name ends in `.sse4.cc`, `.avx2.cc`, `.avx512.cc` or `.neon.cc`
# is compiled with that instruction set in a library of its own; which of them runs is decided at start-up.
{
  'variables': {
    'sources_of': '<!(node -p "require(\'path\').join(process.cwd(), \'tools/native-sources.mjs\')")',
  },
  'target_defaults': {
    'include_dirs': ['native'],
    'cflags_cc!': ['-std=gnu++20', '-std=gnu++17'],
    'cflags_cc': ['-std=c++17', '-fno-exceptions', '-fno-rtti'],
    'cflags': [
      '-fvisibility=hidden', '-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math', '-Wall', '-Wextra', '-Wno-unused-parameter',
    ],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'MACOSX_DEPLOYMENT_TARGET': '12.0',
      'OTHER_CFLAGS': ['-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math'],
    },
    'configurations': {
      'Release': {'cflags': ['-O3'], 'defines': ['NDEBUG']},
      'Debug': {'defines': ['MEDIANT_DEBUG']},
    },
  },
  'targets': [
    {
      'target_name': 'mediant',
      'sources': ['<!@(node <(sources_of) portable)'],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
      'defines': [
        'NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED',
        # Calls fail when a Worker is being terminated, and then nothing can be thrown.
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ],
      'conditions': [
        ['target_arch=="x64"', {'dependencies': ['kernels_sse4', 'kernels_avx2', 'kernels_avx512']}],
        ['target_arch=="arm64"', {'dependencies': ['kernels_neon']}],
        # A driver's thread may be inside the addon while the last Worker that loaded it goes away.
        ['OS=="linux"', {'ldflags': ['-Wl,-z,nodelete'], 'libraries': ['-ldl', '-lpthread']}],
      ],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_sse4',
          'type': 'static_library',
          'sources': ['<!@(node <(sources_of) sse4)'],
          'cflags': ['-msse4.1'],
          'xcode_settings': {'OTHER_CFLAGS': ['-msse4.1']},
        },
        {
          'target_name': 'kernels_avx2',
          'type': 'static_library',
          'sources': ['<!@(node <(sources_of) avx2)'],
          'cflags': ['-mavx2', '-mfma', '-ffp-contract=fast'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mavx2', '-mfma']},
        },
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['<!@(node <(sources_of) avx512)'],
          'cflags': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mfma', '-ffp-contract=fast'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mfma']},
        },
      ],
    }],
    ['target_arch=="arm64"', {
      'targets': [
        {
          'target_name': 'kernels_neon',
          'type': 'static_library',
          'sources': ['<!@(node <(sources_of) neon)'],
        },
      ],
    }],
  ],
}
