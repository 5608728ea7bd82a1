//! What is seen of a character in print: its ink and the edges of its strokes, by direction, in coarse grids.

use std::f32::consts::PI;
use std::fs;
use std::path::{Path, PathBuf};

use ab_glyph::{Font as _, FontVec, point};

use crate::{Error, Result};

/// How many pixels wide and high characters are rendered: about the size of body type in a scan of 300 dots an inch.
const SIZE: usize = 48;

/// How many cells wide and high the grid of ink is, and that of edges.
const INK: usize = 12;
const EDGES: usize = 8;

/// How many directions of edges are told apart.
const DIRECTIONS: usize = 4;

/// How many of the features are of ink; they come first.
pub(super) const INK_FEATURES: usize = INK * INK;

/// How many numbers say what is seen of a character.
pub(super) const FEATURES: usize = INK_FEATURES + EDGES * EDGES * DIRECTIONS;

/// How far the em box reaches above the base line.
const ASCENT: f32 = 0.88;

/// A typeface.
pub struct Face {
    font: FontVec,
    em: f32,
}

impl Face {
    /// The face in the file of fonts that `name` says, with its number where there are several: `FILE` or `FILE:NUMBER`.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when the file cannot be read, [`Error::Table`] when it has no such face.
    pub fn open(name: &str) -> Result<Self> {
        let numbered = name.rsplit_once(':').and_then(|(file, number)| Some((file, number.parse().ok()?)));
        let (file, number) = numbered.unwrap_or((name, 0));
        let path = PathBuf::from(file);
        let bytes = fs::read(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let font = FontVec::try_from_vec_and_index(bytes, number).map_err(|_| no_face(&path, number))?;
        let em = font.units_per_em().ok_or_else(|| no_face(&path, number))?;
        Ok(Self { font, em })
    }

    /// What is seen of `c`; `None` where the face has no such character.
    pub(super) fn features(&self, c: char) -> Option<Vec<f32>> {
        let ink = self.ink(c)?;
        let mut features = pooled(&ink, INK);
        for edges in edges(&pooled(&ink, SIZE)) {
            // Roots, so that a cell tells that there is an edge rather than how long it is.
            features.extend(pooled(&edges, EDGES).into_iter().map(|edge| edge.max(0.0).sqrt()));
        }
        Some(features)
    }

    /// The em box of `c`: how much of each pixel is ink.
    fn ink(&self, c: char) -> Option<Vec<f32>> {
        let id = self.font.glyph_id(c);
        if id.0 == 0 {
            return None;
        }
        let height = SIZE as f32 * self.font.height_unscaled() / self.em;
        let glyph = id.with_scale_and_position(height, point(0.0, SIZE as f32 * ASCENT));
        let outline = self.font.outline_glyph(glyph)?;
        let corner = outline.px_bounds().min;
        let mut ink = vec![0.0; SIZE * SIZE];
        outline.draw(|x, y, covered| {
            let (x, y) = (x as f32 + corner.x, y as f32 + corner.y);
            if (0.0..SIZE as f32).contains(&x) && (0.0..SIZE as f32).contains(&y) {
                ink[y as usize * SIZE + x as usize] = covered.clamp(0.0, 1.0);
            }
        });
        Some(ink)
    }
}

fn no_face(path: &Path, number: u32) -> Error {
    let problem =
        format!("has no face {number} that can be read; name a TrueType or OpenType file, as FILE or FILE:NUMBER");
    Error::Table { path: path.to_owned(), problem }
}

/// The `SIZE`d image in a grid of `cells`, each a mean of what is near its centre, by a bell curve.
fn pooled(image: &[f32], cells: usize) -> Vec<f32> {
    let step = SIZE as f32 / cells as f32;
    let width = step * 0.6;
    let bell =
        |from_centre: f32| (-from_centre * from_centre / (2.0 * width * width)).exp() / (width * (2.0 * PI).sqrt());
    let weights: Vec<Vec<(usize, f32)>> = (0..cells)
        .map(|cell| {
            let centre = (cell as f32 + 0.5) * step - 0.5;
            (0..SIZE).map(|at| (at, bell(at as f32 - centre))).filter(|(_, weight)| *weight > 1e-4).collect()
        })
        .collect();
    let mut rows = vec![0.0; cells * SIZE];
    for (row, weights) in rows.chunks_exact_mut(SIZE).zip(&weights) {
        for &(y, weight) in weights {
            row.iter_mut().zip(&image[y * SIZE..]).for_each(|(sum, pixel)| *sum += weight * pixel);
        }
    }
    rows.chunks_exact(SIZE)
        .flat_map(|row| weights.iter().map(|weights| weights.iter().map(|&(x, weight)| weight * row[x]).sum()))
        .collect()
}

/// How strong the edges of `image` are, by direction.
fn edges(image: &[f32]) -> [Vec<f32>; DIRECTIONS] {
    let mut edges = [const { Vec::new() }; DIRECTIONS].map(|_: Vec<f32>| vec![0.0; SIZE * SIZE]);
    let at = |x: usize, y: usize| image[y * SIZE + x];
    for y in 1..SIZE - 1 {
        for x in 1..SIZE - 1 {
            let (across, down) = (at(x + 1, y) - at(x - 1, y), at(x, y + 1) - at(x, y - 1));
            let strength = across.hypot(down);
            if strength > 1e-4 {
                let direction = down.atan2(across).rem_euclid(PI) / PI * DIRECTIONS as f32;
                let next = direction.fract();
                let first = direction as usize % DIRECTIONS;
                edges[first][y * SIZE + x] += strength * (1.0 - next);
                edges[(first + 1) % DIRECTIONS][y * SIZE + x] += strength * next;
            }
        }
    }
    edges
}
