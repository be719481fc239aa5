// One published result of SPECpower_ssj2008: two Xeon Platinum 8276L at 2.2 GHz, as Patterson and Hennessy print it.
// (Computer Organization and Design, RISC-V edition 2, figure 1.19: 26,815,444 ssj_ops by 2165 W are 12,385.)
export const XEON_8276L = {
  /** Average active power at target loads of 0 %, 10 %, … 100 %. */
  watts: [48, 115, 128, 141, 160, 183, 212, 241, 278, 312, 347],
  operations: [
    0, 485_973, 974_045, 1_461_411, 1_951_394, 2_439_017, 2_925_811, 3_418_737, 3_905_724, 4_389_196, 4_864_136,
  ],
  score: 12_385,
} as const;
