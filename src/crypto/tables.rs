//! ECDSA on P-256 with multiples of the key computed beforehand.
//!
//! A signature (r, s) over a hash z is right when the x coordinate of (z/s)·G + (r/s)·Q, taken modulo the
//! order n, is r (SEC 1, section 4.1.4). G is the generator and Q the key; both stay while signatures come
//! and go. So every d·2^(12w)·G and d·2^(12w)·Q is kept, and what is left of a verification is 44 additions
//! of points, without any doubling.
//!
//! An addition in affine coordinates is one inversion and a few multiplications. Signatures go through in
//! batches, the same addition of all of them side by side, and a batch shares one inversion: three
//! multiplications each in its place (Montgomery). The same is done for 1/s.
//!
//! Everything here is public, so that nothing has to take the same time for all inputs. The formula does not
//! hold for two points with the same x; no honest signature leads there, and one that does is doubted.
//! What is doubted is not wrong yet: see [`bulk`](super::bulk).

use std::sync::LazyLock;

use p256::elliptic_curve::Group;
use p256::elliptic_curve::ff::{Field, PrimeField};
use p256::elliptic_curve::hazmat::FieldArithmetic;
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::{AffineCoordinates, BatchNormalize};
use p256::{AffinePoint, FieldBytes, NistP256, ProjectivePoint, Scalar};

type Coordinate = <NistP256 as FieldArithmetic>::FieldElement;

/// How many signatures share an inversion.
pub(super) const BATCH: usize = 512;
/// Bits of a scalar that one addition takes.
const WINDOW: usize = 12;
/// Digits of a scalar, one of them for the carry out of the last whole window.
const DIGITS: usize = 256 / WINDOW + 1;
/// Digits are signed: from −2048 to 2047.
const HALF: usize = 1 << (WINDOW - 1);
/// How many multiples share an inversion while they are made.
const SHARE: usize = 64;

/// A signature with the SHA-256 hash of its message.
pub(super) struct Signature<'s> {
    pub(super) hash: [u8; 32],
    /// r | s (RFC 6605, section 4).
    pub(super) octets: &'s [u8],
}

/// A point that is not the neutral element.
#[derive(Clone, Copy)]
struct Point {
    x: Coordinate,
    y: Coordinate,
}

/// The multiples d·2^(12w)·P: for each of the [`DIGITS`] windows w, d from 1 to [`HALF`].
struct Multiples(Vec<Point>);

static GENERATOR: LazyLock<Multiples> = LazyLock::new(|| Multiples::of(ProjectivePoint::GENERATOR));

/// The multiples of one key.
pub(super) struct Tables {
    key: Multiples,
}

type Digits = [i16; DIGITS];

/// One signature on its way.
struct Run {
    r: Scalar,
    by_generator: Digits,
    by_key: Digits,
    /// `None` before the first addition.
    sum: Option<Point>,
    is_doubted: bool,
}

impl Multiples {
    fn of(point: ProjectivePoint) -> Self {
        let mut all = Vec::with_capacity(DIGITS * HALF);
        let mut base = point;
        for _ in 0..DIGITS {
            let mut multiple = ProjectivePoint::IDENTITY;
            for _ in 0..HALF / SHARE {
                let share: [_; SHARE] = std::array::from_fn(|_| {
                    multiple += base;
                    multiple
                });
                all.extend(
                    ProjectivePoint::batch_normalize(&share)
                        .iter()
                        .map(Point::of),
                );
            }
            // From HALF times the base to the base of the next window.
            base = multiple.double();
        }
        Self(all)
    }

    /// The point that a digit of a window stands for; `None` for the digit 0.
    fn point(&self, window: usize, digit: i16) -> Option<Point> {
        let index = usize::from(digit.unsigned_abs()).checked_sub(1)?;
        let point = self.0[window * HALF + index];
        Some(match digit < 0 {
            true => Point {
                x: point.x,
                y: point.y.neg(),
            },
            false => point,
        })
    }
}

impl Point {
    fn of(point: &AffinePoint) -> Self {
        // Coordinates of a point are reduced.
        let read = |octets: FieldBytes| Coordinate::from_repr(octets).unwrap_or(Coordinate::ZERO);
        Self {
            x: read(point.x()),
            y: read(point.y()),
        }
    }
}

impl Tables {
    /// `key` is x | y; `None` when it is no point of the curve.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        let (x, y) = key.split_at_checked(32)?;
        let (x, y) = (FieldBytes::try_from(x).ok()?, FieldBytes::try_from(y).ok()?);
        let point: Option<AffinePoint> = AffinePoint::from_coordinates(&x, &y).into();
        Some(Self {
            key: Multiples::of(point?.into()),
        })
    }

    /// The places of the signatures that are not known to be right, in rising order. At most [`BATCH`] are
    /// given at a time.
    pub(super) fn doubted(&self, signatures: &[Signature<'_>]) -> Vec<usize> {
        let mut runs = started(signatures);
        let mut work = Work::default();
        for window in 0..DIGITS {
            work.add(&mut runs, |run| self.key.point(window, run.by_key[window]));
            work.add(&mut runs, |run| {
                GENERATOR.point(window, run.by_generator[window])
            });
        }
        let is_doubted = |run: &Run| run.is_doubted || !run.is_right();
        (0..runs.len())
            .filter(|at| is_doubted(&runs[*at]))
            .collect()
    }
}

impl Run {
    fn is_right(&self) -> bool {
        self.sum
            .is_some_and(|sum| Scalar::reduce(&sum.x.to_repr()) == self.r)
    }
}

/// Brings each signature to the two scalars of SEC 1, section 4.1.4, step 4.
fn started(signatures: &[Signature<'_>]) -> Vec<Run> {
    let read = |octets: &[u8]| -> Option<Scalar> {
        let octets = FieldBytes::try_from(octets).ok()?;
        let scalar: Option<Scalar> = Scalar::from_repr(octets).into();
        scalar.filter(|scalar| !bool::from(scalar.is_zero()))
    };
    let pairs: Vec<Option<(Scalar, Scalar)>> = signatures
        .iter()
        .map(|signature| {
            let (r, s) = signature.octets.split_at_checked(32)?;
            Some((read(r)?, read(s)?))
        })
        .collect();
    let mut inverses: Vec<Scalar> = pairs
        .iter()
        .map(|pair| pair.map_or(Scalar::ONE, |(_, s)| s))
        .collect();
    invert(
        &mut inverses,
        |all| all.invert().unwrap_or(Scalar::ZERO),
        |a, b| a * b,
        Scalar::ONE,
    );
    let mut runs = Vec::with_capacity(signatures.len());
    for ((signature, pair), inverse) in signatures.iter().zip(&pairs).zip(&inverses) {
        let r = pair.map_or(Scalar::ZERO, |(r, _)| r);
        let hash = Scalar::reduce(&FieldBytes::from(signature.hash));
        runs.push(Run {
            r,
            by_generator: digits(&(hash * inverse)),
            by_key: digits(&(r * inverse)),
            sum: None,
            is_doubted: pair.is_none(),
        });
    }
    runs
}

/// Replaces each of `values`, none of which is zero, by its inverse: the running products up to each, the
/// inverse of the last, and back again.
fn invert<T: Copy>(
    values: &mut [T],
    inverse: impl Fn(&T) -> T,
    times: impl Fn(&T, &T) -> T,
    one: T,
) {
    let mut product = one;
    let mut before = Vec::with_capacity(values.len());
    for value in values.iter() {
        before.push(product);
        product = times(&product, value);
    }
    let mut rest = inverse(&product);
    for (value, before) in values.iter_mut().zip(before).rev() {
        let own = times(&rest, &before);
        rest = times(&rest, value);
        *value = own;
    }
}

/// The scalar as signed digits, the least significant first.
fn digits(scalar: &Scalar) -> Digits {
    let octets = scalar.to_repr();
    let mut digits = [0; DIGITS];
    let mut carry = 0;
    for (index, digit) in digits.iter_mut().enumerate() {
        let value = bits(&octets, index * WINDOW) + carry;
        // Below 2^12 + 1.
        carry = i32::from(value >= HALF as i32);
        *digit = (value - (carry << WINDOW)) as i16;
    }
    digits
}

/// [`WINDOW`] bits from the bit `at` on, counted from the least significant; zeros above the last.
fn bits(octets: &[u8], at: usize) -> i32 {
    let octet = |index: usize| {
        octets
            .len()
            .checked_sub(index + 1)
            .map_or(0, |at| i32::from(octets[at]))
    };
    let index = at / 8;
    let three = octet(index) | octet(index + 1) << 8 | octet(index + 2) << 16;
    (three >> (at % 8)) & ((1 << WINDOW) - 1)
}

/// Room for one addition of all runs.
#[derive(Default)]
struct Work {
    /// The run, the point to add, the difference of the x coordinates, and the product of all differences
    /// before it.
    steps: Vec<(usize, Point, Coordinate, Coordinate)>,
}

impl Work {
    /// Adds to every run the point that it asks for.
    fn add(&mut self, runs: &mut [Run], point: impl Fn(&Run) -> Option<Point>) {
        self.steps.clear();
        let mut product = Coordinate::ONE;
        for (at, run) in runs.iter_mut().enumerate() {
            let Some(point) = point(run) else { continue };
            let Some(sum) = run.sum else {
                run.sum = Some(point);
                continue;
            };
            let difference = point.x.sub(&sum.x);
            if bool::from(difference.is_zero()) {
                run.is_doubted = true;
                continue;
            }
            self.steps.push((at, point, difference, product));
            product = product.multiply(&difference);
        }
        // No factor is zero.
        let mut rest = product.invert_vartime().unwrap_or(Coordinate::ZERO);
        for (at, point, difference, before) in self.steps.iter().rev() {
            let inverse = rest.multiply(before);
            rest = rest.multiply(difference);
            let run = &mut runs[*at];
            run.sum = run.sum.map(|sum| sum.plus(point, &inverse));
        }
    }
}

impl Point {
    /// The sum of two points; `inverse` is that of the difference of their x coordinates, `other` first.
    fn plus(&self, other: &Self, inverse: &Coordinate) -> Self {
        let slope = other.y.sub(&self.y).multiply(inverse);
        let x = slope.square().sub(&self.x).sub(&other.x);
        let y = slope.multiply(&self.x.sub(&x)).sub(&self.y);
        Self { x, y }
    }
}
