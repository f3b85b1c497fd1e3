# hash.pl FILE: reads the triplets of a save file into a hash, as the Perl daemon does, and prints the seconds that it
# took and the octets of resident memory that each entry takes.
use strict;
use warnings;
$| = 1;
use POSIX '_exit';
use Time::HiRes 'time';

sub resident {
	open my $status, '<', '/proc/self/status' or die $!;
	my ($kib) = map { /^VmRSS:\s+(\d+)/ } <$status>;
	return 1024 * $kib;
}

my ($before, $start, %grey) = (resident(), time);
open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!";
while (<$file>) {
	$grey{"$2 $3 $4"} = $1 if /^G (\d+) ([0-9.]+) (\S+) (\S+)/;
}
printf "%.2f %.0f\n", time - $start, (resident() - $before) / keys %grey;
_exit(0); # Freeing it all takes as long again.
