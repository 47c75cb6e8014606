/** The part of @libav.js/variant-webm-vp9 that presend uses; the types of the package cannot be resolved by its own `exports`. */
declare module '@libav.js/variant-webm-vp9' {
  /** A packet of coded data, copied out of the module's memory. */
  interface Packet {
    readonly data: Uint8Array;
    readonly pts?: number;
    readonly ptshi?: number;
  }

  interface Stream {
    readonly index: number;
    /** 0 = video. */
    readonly codec_type: number;
    readonly codec_id: number;
    readonly codecpar: number;
    readonly time_base_num: number;
    readonly time_base_den: number;
  }

  /** A picture given to an encoder. */
  interface InputFrame {
    readonly data: Uint8Array;
    readonly layout: readonly { readonly offset: number; readonly stride: number }[];
    readonly format: number;
    readonly width: number;
    readonly height: number;
    readonly pts: number;
    readonly ptshi: number;
  }

  /** Pointers are numbers; functions return 0 or a negative error code unless they are said to return something else. */
  interface LibAV {
    readonly AVERROR_EOF: number;
    readonly AV_PIX_FMT_YUV420P: number;
    onblockread: (name: string, position: number, length: number) => void;
    av_log_set_level(level: number): Promise<void>;
    mkblockreaderdev(name: string, size: number): Promise<void>;
    ff_block_reader_dev_send(name: string, position: number, data: Uint8Array | null): Promise<void>;
    unlink(name: string): Promise<void>;
    readFile(name: string): Promise<Uint8Array>;
    ff_init_demuxer_file(name: string): Promise<[context: number, streams: Stream[]]>;
    avformat_close_input_js(context: number): Promise<void>;
    ff_init_decoder(
      codec: number,
      config: { readonly codecpar: number },
    ): Promise<[codec: number, context: number, packet: number, frame: number]>;
    ff_free_decoder(context: number, packet: number, frame: number): Promise<void>;
    ff_read_frame_multi(
      context: number,
      packet: number,
      options: { readonly limit: number },
    ): Promise<[result: number, packets: Readonly<Record<number, Packet[]>>]>;
    ff_decode_multi(
      context: number,
      packet: number,
      frame: number,
      packets: readonly Packet[],
      options: { readonly fin: boolean; readonly copyoutFrame: 'ptr' },
    ): Promise<number[]>;
    AVFrame_width(frame: number): Promise<number>;
    AVFrame_height(frame: number): Promise<number>;
    AVFrame_format(frame: number): Promise<number>;
    AVFrame_pts(frame: number): Promise<number>;
    AVFrame_ptshi(frame: number): Promise<number>;
    AVFrame_width_s(frame: number, value: number): Promise<void>;
    AVFrame_height_s(frame: number, value: number): Promise<void>;
    AVFrame_format_s(frame: number, value: number): Promise<void>;
    av_frame_alloc(): Promise<number>;
    av_frame_free_js(frame: number): Promise<void>;
    av_frame_get_buffer(frame: number, align: number): Promise<number>;
    ff_copyout_frame_video_packed(frame: number): Promise<{ readonly data: Uint8Array }>;
    sws_getContext(
      width: number,
      height: number,
      format: number,
      toWidth: number,
      toHeight: number,
      toFormat: number,
      flags: number,
      ...none: [0, 0, 0]
    ): Promise<number>;
    sws_freeContext(context: number): Promise<void>;
    sws_scale_frame(context: number, to: number, from: number): Promise<number>;
    ff_init_encoder(
      name: string,
      options: {
        readonly ctx: Readonly<Record<string, number>>;
        readonly time_base: readonly [number, number];
        readonly options: Readonly<Record<string, string>>;
      },
    ): Promise<[codec: number, context: number, frame: number, packet: number]>;
    ff_free_encoder(context: number, frame: number, packet: number): Promise<void>;
    ff_encode_multi(
      context: number,
      frame: number,
      packet: number,
      frames: readonly InputFrame[],
      fin: boolean,
    ): Promise<Packet[]>;
    ff_init_muxer(
      options: { readonly filename: string; readonly open: boolean; readonly codecpars: boolean },
      streams: readonly (readonly [context: number, num: number, den: number])[],
    ): Promise<[context: number, format: number, io: number, streams: number[]]>;
    ff_free_muxer(context: number, io: number): Promise<void>;
    ff_write_multi(context: number, packet: number, packets: readonly Packet[]): Promise<void>;
    avformat_write_header(context: number, options: number): Promise<number>;
    av_write_trailer(context: number): Promise<number>;
    AVFormatContext_flags(context: number): Promise<number>;
    AVFormatContext_flags_s(context: number, value: number): Promise<void>;
  }

  const module: { LibAV(options: { readonly noworker: boolean; readonly nothreads: boolean }): Promise<LibAV> };
  export default module;
}
