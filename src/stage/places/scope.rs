use crate::correction::Witness;
use crate::knowledge::{Gazetteer, Level, Mentioned, PlaceId, Survey};

/// What a page is about: the places whose children's names can stand in it.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    places: Vec<ScopedPlace>,
}

/// A place in scope, and how it came there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopedPlace {
    /// A county, whose towns and villages are in scope; a city, whose counties are; a province, whose cities are.
    pub place: PlaceId,
    /// How it came into scope.
    pub witness: Witness,
}

/// How many counties a page is about at most; of more, those it names most often.
///
/// A page that names more is a list, a weather report or national news, and about none of them.
const MOST_COUNTIES: usize = 8;

impl Scope {
    /// What `text` is about, by the places that it names for certain, by `region`, and by what the batch is about.
    pub fn of(text: &str, gazetteer: &Gazetteer, region: &[PlaceId], survey: Option<&Survey>) -> Self {
        let mentioned = Mentioned::of(text, gazetteer);
        let mut scope = Self::default();
        let mut counties = mentioned.counties(gazetteer, region);
        counties.truncate(MOST_COUNTIES);
        for county in counties {
            scope.add(gazetteer, county, Witness::Page);
        }
        for &place in &mentioned.certain {
            if gazetteer.level(place) < Level::County {
                scope.add(gazetteer, place, Witness::Page);
            }
        }
        for &place in region {
            match gazetteer.level(place) {
                Level::City => {
                    gazetteer.children(place).take(64).for_each(|child| scope.add(gazetteer, child, Witness::Region));
                }
                Level::Village => {}
                _ => scope.add(gazetteer, place, Witness::Region),
            }
        }
        for place in survey.into_iter().flat_map(Survey::counties) {
            scope.add(gazetteer, place, Witness::Batch);
        }
        scope
    }

    /// The scope of places that are given, as by a user who asks about a name.
    pub fn given(gazetteer: &Gazetteer, region: &[PlaceId]) -> Self {
        Self::of("", gazetteer, region, None)
    }

    /// The places, the counties that the page names first.
    pub fn places(&self) -> &[ScopedPlace] {
        &self.places
    }

    /// Puts `place` and the places above it into scope.
    fn add(&mut self, gazetteer: &Gazetteer, place: PlaceId, witness: Witness) {
        for place in std::iter::once(place).chain(gazetteer.parents(place)) {
            if self.places.iter().all(|scoped| scoped.place != place) {
                self.places.push(ScopedPlace { place, witness });
            }
        }
    }
}
