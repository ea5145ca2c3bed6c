import MeshTypes
import Testing

@Suite("Impossible places")
struct ImpossiblePlacesTests {
    private let cities = [
        GeoCoordinate(latitude: 50.1, longitude: 8.7), GeoCoordinate(latitude: 52.4, longitude: 4.9),
        GeoCoordinate(latitude: 48.9, longitude: 2.4), GeoCoordinate(latitude: 51.5, longitude: -0.1),
        GeoCoordinate(latitude: 59.3, longitude: 18.1), GeoCoordinate(latitude: 41.9, longitude: 12.5),
    ]

    @Test("Light sets the limit, and a millisecond is granted")
    func limit() {
        let sydney = GeoCoordinate(latitude: -33.9, longitude: 151.2)
        #expect(ImpossiblePlaces.contradict(cities[0], sydney, roundTrip: 20))
        #expect(!ImpossiblePlaces.contradict(cities[0], sydney, roundTrip: 280))
        #expect(!ImpossiblePlaces.contradict(cities[0], cities[0], roundTrip: 0))
    }

    @Test(
        "Whoever lies is found, also several with the same lie; those whom only liars accuse are not", arguments: 0..<6)
    func liars(first: Int) {
        // Two in the same true place as always say that they are in Sydney: they agree with each other, and with no one else.
        let second = (first + 1) % cities.count
        var claimed = cities
        for liar in [first, second] { claimed[liar] = GeoCoordinate(latitude: -33.9, longitude: 151.2) }
        let found = ImpossiblePlaces.find(among: claimed) { one, other in
            cities[one].distance(to: cities[other]) / 70
        }
        #expect(found == [first, second])
        let none = ImpossiblePlaces.find(among: cities) { one, other in cities[one].distance(to: cities[other]) / 70 }
        #expect(none.isEmpty)
    }

    @Test("One witness is not enough, and what was not measured accuses nobody")
    func witnesses() {
        var claimed = cities
        claimed[0] = GeoCoordinate(latitude: -33.9, longitude: 151.2)
        let found = ImpossiblePlaces.find(among: claimed) { one, other in (one, other) == (0, 3) ? 12 : nil }
        #expect(found.isEmpty)
    }
}
