// The random numbers of the C++ contestants: the same methods as src/engine, so that each draw takes as many words.
#pragma once
#include <cmath>
#include <cstdint>

/** xoroshiro128+ (Blackman and Vigna), its upper 32 bits. */
class Stream {
 public:
  explicit Stream(uint64_t seed) : s0_(mix(seed)), s1_(mix(seed + 0x9e3779b97f4a7c15u)) {}
  uint32_t u32() {
    const uint64_t sum = s0_ + s1_;
    s1_ ^= s0_;
    s0_ = ((s0_ << 24) | (s0_ >> 40)) ^ s1_ ^ (s1_ << 16);
    s1_ = (s1_ << 37) | (s1_ >> 27);
    return static_cast<uint32_t>(sum >> 32);
  }

 private:
  static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }
  uint64_t s0_, s1_;
};

/** src/engine/counter.ts: a hash of (seed, a, b, c, i). */
class CounterRandom {
 public:
  explicit CounterRandom(uint32_t seed) : seed0_(mix(seed)), seed1_(mix(seed + 1)) {}
  void seek(uint32_t a, uint32_t b, uint32_t c) {
    uint32_t h0 = mix(seed0_ ^ a);
    const uint32_t h1 = mix(seed1_ + h0 + b);
    h0 = mix(h0 + h1 + c);
    key0_ = h0;
    key1_ = mix(h1 ^ h0);
    counter_ = 0;
  }
  uint32_t u32() {
    counter_ += 0x9e3779b9u;
    return mix(mix(key0_ + counter_) ^ key1_);
  }

 private:
  static uint32_t mix(uint32_t x) {
    x = (x ^ (x >> 16)) * 0x21f0aaadu;
    x = (x ^ (x >> 15)) * 0xd35a2d97u;
    return x ^ (x >> 15);
  }
  uint32_t seed0_, seed1_, key0_ = 0, key1_ = 0, counter_ = 0;
};

template <class Random> double uniform(Random &random) { return (random.u32() + 0.5) * 0x1p-32; }

/** Lemire's multiply and shift with rejection. */
template <class Random> int32_t below(Random &random, uint32_t n) {
  uint64_t product = uint64_t(random.u32()) * n;
  if (static_cast<uint32_t>(product) < n) {
    const uint32_t excess = -n % n;
    while (static_cast<uint32_t>(product) < excess) product = uint64_t(random.u32()) * n;
  }
  return static_cast<int32_t>(product >> 32);
}

/** The ziggurat of src/engine/ziggurat.ts: 256 layers, the layer from one word and the abscissa from another. */
struct Layers {
  double x[257], y[257];
  template <class Density, class Inverse> Layers(double edge, double area, Density density, Inverse inverse) {
    x[0] = area / density(edge);
    x[1] = edge;
    for (int i = 2; i < 256; i++) x[i] = inverse(area / x[i - 1] + density(x[i - 1]));
    x[256] = 0;
    for (int i = 0; i <= 256; i++) y[i] = density(x[i]);
  }
};

constexpr double EXPONENTIAL_EDGE = 7.69711747013105, NORMAL_EDGE = 3.6541528853610088;
static const Layers exponentials(
    EXPONENTIAL_EDGE, 3.949659822581572e-3, [](double x) { return std::exp(-x); },
    [](double y) { return -std::log(y); });
static const Layers normals(
    NORMAL_EDGE, 4.928673233974655e-3, [](double x) { return std::exp(-0.5 * x * x); },
    [](double y) { return std::sqrt(-2 * std::log(y)); });

template <class Random> double exponential(Random &random) {
  for (double shift = 0;;) {
    const uint32_t layer = random.u32() & 255;
    const double x = uniform(random) * exponentials.x[layer];
    if (x < exponentials.x[layer + 1]) return shift + x;
    if (layer == 0) {
      shift += EXPONENTIAL_EDGE;
    } else {
      const double y = exponentials.y[layer] + uniform(random) * (exponentials.y[layer + 1] - exponentials.y[layer]);
      if (y < std::exp(-x)) return shift + x;
    }
  }
}

template <class Random> double normal(Random &random) {
  for (;;) {
    const uint32_t word = random.u32(), layer = word & 255;
    const double sign = 1 - double((word >> 7) & 2);
    const double x = uniform(random) * normals.x[layer];
    if (x < normals.x[layer + 1]) return sign * x;
    if (layer == 0) {
      for (;;) {
        const double tail = -std::log(uniform(random)) / NORMAL_EDGE, y = -std::log(uniform(random));
        if (2 * y > tail * tail) return sign * (NORMAL_EDGE + tail);
      }
    }
    const double y = normals.y[layer] + uniform(random) * (normals.y[layer + 1] - normals.y[layer]);
    if (y < std::exp(-0.5 * x * x)) return sign * x;
  }
}
