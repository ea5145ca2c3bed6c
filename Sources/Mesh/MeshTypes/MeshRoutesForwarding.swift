/// What one site does with the media that reach it: the table that a relay forwards by.
///
/// A datagram names its session, class and source site, and a *detour* number, 0 as long as nothing has failed. The site
/// looks up the entry with these four, delivers to its own participants if the entry says so, and sends one copy to
/// each next hop. When a next hop `h` does not answer, the site looks up `around[h]`: a detour number. It marks its
/// copy with it, looks up its own entry under that number and sends the copy to that entry's next hops; every site
/// that receives a marked copy uses its entry under the same number. A detour reaches whatever lay behind `h`, and `h`
/// itself where another way leads there; it never passes through the failed hop. Media that travel on a detour are not
/// diverted a second time: what fails then is dropped until a new table comes.
public struct ForwardingTable: Sendable, Hashable, Codable {
    /// The site.
    public var site: SiteID
    /// Grows whenever any entry of the table changes.
    public var version: Int
    /// The entries, by session, class, source and detour.
    public var entries: [Entry]

    /// What to do with the media of one session, class and source site.
    public struct Entry: Sendable, Hashable, Codable {
        /// The session.
        public var session: SessionID
        /// The class.
        public var media: MediaClass
        /// The site whose participants publish.
        public var source: SiteID
        /// 0 for the route itself, else the number of a detour.
        public var detour: Int
        /// The sites that get a copy each, ascending.
        public var next: [SiteID]
        /// Whether the site's own participants get it.
        public var delivers: Bool
        /// For each next hop, the detour to mark a copy with when that hop fails; a hop without one has no way around.
        public var around: [SiteID: Int]

        /// Creates an entry.
        public init(
            session: SessionID, media: MediaClass, source: SiteID, detour: Int = 0, next: [SiteID], delivers: Bool,
            around: [SiteID: Int] = [:]
        ) {
            self.session = session
            self.media = media
            self.source = source
            self.detour = detour
            self.next = next
            self.delivers = delivers
            self.around = around
        }

        private enum CodingKeys: String, CodingKey {
            case session
            case media = "class"
            case source, detour, next, delivers, around
        }
    }

    /// Creates a table.
    public init(site: SiteID, version: Int, entries: [Entry]) {
        self.site = site
        self.version = version
        self.entries = entries
    }
}
