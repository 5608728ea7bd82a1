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
    /// How often the page names it, or for a county also towns of it; 0 where something else brought it into scope.
    pub named: u32,
    /// How many places the name that stands on the page can mean; 1 where there is no doubt.
    pub namesakes: u32,
}

/// How many counties a page is about at most; of more, those it names most often.
///
/// A page that names more is a list, a weather report or national news, and about none of them.
const MOST_COUNTIES: usize = 8;

/// How many counties of one name are in scope together where nothing tells which one is meant: 鼓楼区 is in four cities.
const MOST_NAMESAKES: usize = 4;

impl Scope {
    /// What `text` is about, by the places that it names for certain, by `region`, and by what the batch is about.
    pub fn of(text: &str, gazetteer: &Gazetteer, region: &[PlaceId], survey: Option<&Survey>) -> Self {
        Self::by(&Mentioned::of(text, gazetteer), gazetteer, region, survey)
    }

    /// What a text is about that names the places `mentioned`, by these, by `region`, and by what the batch is about.
    pub(super) fn by(
        mentioned: &Mentioned,
        gazetteer: &Gazetteer,
        region: &[PlaceId],
        survey: Option<&Survey>,
    ) -> Self {
        let mut scope = Self::default();
        let mut counties = mentioned.counties(gazetteer, region);
        counties.truncate(MOST_COUNTIES);
        for (place, named) in counties {
            scope.add(gazetteer, ScopedPlace { place, witness: Witness::Page, named, namesakes: 1 });
        }
        for &(place, named) in &mentioned.certain {
            if gazetteer.level(place) < Level::County {
                scope.add(gazetteer, ScopedPlace { place, witness: Witness::Page, named, namesakes: 1 });
            }
        }
        for (places, named) in &mentioned.doubtful {
            let is_decided = places.iter().any(|place| scope.holds(*place));
            let counties = places.iter().filter(|place| gazetteer.level(**place) == Level::County).count();
            if is_decided || counties != places.len() || counties > MOST_NAMESAKES {
                continue;
            }
            for &place in places {
                let namesakes = places.len() as u32;
                scope.push(ScopedPlace { place, witness: Witness::Page, named: *named, namesakes });
            }
        }
        let given = |place| ScopedPlace { place, witness: Witness::Region, named: 0, namesakes: 1 };
        for &place in region {
            match gazetteer.level(place) {
                Level::City => gazetteer.children(place).for_each(|child| scope.add(gazetteer, given(child))),
                Level::Town => {
                    gazetteer.county(place).into_iter().for_each(|county| scope.add(gazetteer, given(county)));
                }
                Level::Village => {}
                Level::Province | Level::County => scope.add(gazetteer, given(place)),
            }
        }
        for place in survey.into_iter().flat_map(Survey::counties) {
            scope.add(gazetteer, ScopedPlace { place, witness: Witness::Batch, named: 0, namesakes: 1 });
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

    fn holds(&self, place: PlaceId) -> bool {
        self.places.iter().any(|scoped| scoped.place == place)
    }

    /// Puts `scoped` and the places above it into scope.
    fn add(&mut self, gazetteer: &Gazetteer, scoped: ScopedPlace) {
        self.push(scoped);
        for place in gazetteer.parents(scoped.place) {
            self.push(ScopedPlace { place, ..scoped });
        }
    }

    fn push(&mut self, scoped: ScopedPlace) {
        if !self.holds(scoped.place) {
            self.places.push(scoped);
        }
    }
}
