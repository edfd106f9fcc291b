/** Element identifiers (RFC 8794, RFC 9559), marker bits included. Names are the RFC's. */
export const Id = {
  EBML: 0x1a45dfa3, EBMLVersion: 0x4286, EBMLReadVersion: 0x42f7, DocType: 0x4282, DocTypeVersion: 0x4287, DocTypeReadVersion: 0x4285, EBMLMaxIDLength: 0x42f2, EBMLMaxSizeLength: 0x42f3, Void: 0xec, CRC32: 0xbf,
  Segment: 0x18538067,
  SeekHead: 0x114d9b74, Seek: 0x4dbb, SeekID: 0x53ab, SeekPosition: 0x53ac,
  Info: 0x1549a966, TimestampScale: 0x2ad7b1, Duration: 0x4489, DateUTC: 0x4461, MuxingApp: 0x4d80, WritingApp: 0x5741,
  Cluster: 0x1f43b675, Timestamp: 0xe7, Position: 0xa7, PrevSize: 0xab, SimpleBlock: 0xa3, BlockGroup: 0xa0, Block: 0xa1, BlockDuration: 0x9b, ReferenceBlock: 0xfb,
  DiscardPadding: 0x75a2, BlockAdditions: 0x75a1, BlockMore: 0xa6, BlockAddID: 0xee, BlockAdditional: 0xa5, EncryptedBlock: 0xaf,
  Tracks: 0x1654ae6b, TrackEntry: 0xae, TrackNumber: 0xd7, TrackUID: 0x73c5, TrackType: 0x83, FlagEnabled: 0xb9, FlagDefault: 0x88, FlagLacing: 0x9c, MaxBlockAdditionID: 0x55ee,
  DefaultDuration: 0x23e383, Name: 0x536e, Language: 0x22b59c, LanguageBCP47: 0x22b59d, CodecID: 0x86, CodecPrivate: 0x63a2,
  CodecDelay: 0x56aa, SeekPreRoll: 0x56bb,
  Video: 0xe0, PixelWidth: 0xb0, PixelHeight: 0xba, AlphaMode: 0x53c0, DisplayWidth: 0x54b0, DisplayHeight: 0x54ba, DisplayUnit: 0x54b2,
  PixelCropBottom: 0x54aa, PixelCropTop: 0x54bb, PixelCropLeft: 0x54cc, PixelCropRight: 0x54dd,
  Colour: 0x55b0, MatrixCoefficients: 0x55b1, Range: 0x55b9, TransferCharacteristics: 0x55ba, Primaries: 0x55bb, Projection: 0x7670, ProjectionType: 0x7671, ProjectionPoseYaw: 0x7673, ProjectionPoseRoll: 0x7675,
  Audio: 0xe1, SamplingFrequency: 0xb5, OutputSamplingFrequency: 0x78b5, Channels: 0x9f, BitDepth: 0x6264,
  ContentEncodings: 0x6d80, ContentEncoding: 0x6240, ContentEncodingOrder: 0x5031, ContentEncodingScope: 0x5032, ContentEncodingType: 0x5033,
  ContentCompression: 0x5034, ContentCompAlgo: 0x4254, ContentCompSettings: 0x4255,
  ContentEncryption: 0x5035, ContentEncAlgo: 0x47e1, ContentEncKeyID: 0x47e2, ContentEncAESSettings: 0x47e7, AESSettingsCipherMode: 0x47e8,
  Cues: 0x1c53bb6b, CuePoint: 0xbb, CueTime: 0xb3, CueTrackPositions: 0xb7, CueTrack: 0xf7, CueClusterPosition: 0xf1, CueRelativePosition: 0xf0,
  Chapters: 0x1043a770, Tags: 0x1254c367, Attachments: 0x1941a469,
} as const;

/** The parts of a Segment. One of these inside of an element of unknown size is its end. */
export const topLevel: ReadonlySet<number> = new Set([Id.SeekHead, Id.Info, Id.Cluster, Id.Tracks, Id.Cues, Id.Chapters, Id.Tags, Id.Attachments]);
