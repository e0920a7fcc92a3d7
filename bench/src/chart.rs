//! Line charts as SVG.

use std::{error::Error, path::Path};

use plotters::{
    coord::ranged1d::{AsRangedCoord, ValueFormatter},
    prelude::*,
};

/// A line of points, named in the legend.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

/// How far apart values stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// From 0, by their differences.
    Linear,
    /// By their ratios.
    Log,
    /// Values are 1, 2, 3, …, and stand for these.
    Names(&'static [&'static str]),
}

/// A chart of lines over one another. Labels say the unit.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    pub title: &'a str,
    pub x_label: &'a str,
    pub y_label: &'a str,
    pub x_scale: Scale,
    pub y_scale: Scale,
    pub series: Vec<Series>,
}

/// Colours that are told apart by those who see few as well (Okabe and Ito's, and two more).
const COLOURS: [RGBColor; 9] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(128, 128, 128),
    RGBColor(130, 70, 20),
];

impl Chart<'_> {
    /// Draws it; nothing where there are no points.
    pub fn draw(&self, file: &Path) -> Result<(), Box<dyn Error>> {
        let points = || self.series.iter().flat_map(|series| &series.points);
        if points().next().is_none() {
            return Ok(());
        }
        let range = |values: Vec<f64>, scale| {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            match scale {
                Scale::Linear if most > 0.0 => 0.0..most * 1.1,
                Scale::Linear => 0.0..1.0,
                Scale::Log => least / 1.3..most * 1.3,
                Scale::Names(names) => 0.5..names.len() as f64 + 0.5,
            }
        };
        let x = range(points().map(|point| point.0).collect(), self.x_scale);
        let y = range(points().map(|point| point.1).collect(), self.y_scale);
        match (self.x_scale, self.y_scale) {
            (Scale::Log, Scale::Log) => self.draw_on(file, x.log_scale(), y.log_scale()),
            (Scale::Log, _) => self.draw_on(file, x.log_scale(), y),
            (_, Scale::Log) => self.draw_on(file, x, y.log_scale()),
            (_, _) => self.draw_on(file, x, y),
        }
    }

    fn draw_on<X, Y>(&self, file: &Path, x: X, y: Y) -> Result<(), Box<dyn Error>>
    where
        X: AsRangedCoord<Value = f64>,
        Y: AsRangedCoord<Value = f64>,
        X::CoordDescType: ValueFormatter<f64>,
        Y::CoordDescType: ValueFormatter<f64>,
    {
        let whole = SVGBackend::new(file, (960, 480)).into_drawing_area();
        whole.fill(&WHITE)?;
        let (area, legend) = whole.split_horizontally(720);
        let mut chart = ChartBuilder::on(&area)
            .caption(self.title, ("sans-serif", 20))
            .margin(16)
            .x_label_area_size(48)
            .y_label_area_size(72)
            .build_cartesian_2d(x, y)?;
        let x_label = |value: &f64| self.x_scale.label(*value);
        let y_label = |value: &f64| self.y_scale.label(*value);
        chart
            .configure_mesh()
            .x_desc(self.x_label)
            .y_desc(self.y_label)
            .x_label_formatter(&x_label)
            .y_label_formatter(&y_label)
            .axis_desc_style(("sans-serif", 16))
            .label_style(("sans-serif", 14))
            .max_light_lines(1)
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.15))
            .draw()?;
        for ((series, colour), line) in self.series.iter().zip(COLOURS.iter().cycle()).zip(0..) {
            let points = || series.points.iter().copied();
            chart.draw_series(LineSeries::new(points(), colour.stroke_width(2)))?;
            chart.draw_series(points().map(|point| Circle::new(point, 3, colour.filled())))?;
            // Beside the lines, where it hides none.
            let height = 70 + 24 * line;
            legend.draw(&PathElement::new([(0, height), (20, height)], colour.stroke_width(3)))?;
            legend.draw(&Text::new(series.name.as_str(), (28, height - 7), ("sans-serif", 14)))?;
        }
        whole.present()?;
        Ok(())
    }
}

impl Scale {
    fn label(self, value: f64) -> String {
        match self {
            Self::Names(_) if value.fract() != 0.0 => String::new(),
            // The others would run into each other.
            Self::Log if ![1.0, 2.0, 5.0].contains(&leading_digit(value)) => String::new(),
            Self::Names(names) => names.get(value as usize - 1).copied().unwrap_or_default().to_owned(),
            _ => short(value),
        }
    }
}

fn leading_digit(value: f64) -> f64 {
    // Rounded twice, as neither logarithm nor quotient is exact.
    let power = 10_f64.powf((value.log10() + 1e-9).floor());
    (value / power * 1e6).round() / 1e6
}

/// A number as short as it can be told: 20 M, 500 k, 0.5.
pub fn short(value: f64) -> String {
    let (value, unit) = match value.abs() {
        1e6.. => (value / 1e6, " M"),
        1e4.. => (value / 1e3, " k"),
        _ => (value, ""),
    };
    let rounded = (value * 1000.0).round() / 1000.0;
    format!("{rounded}{unit}")
}
